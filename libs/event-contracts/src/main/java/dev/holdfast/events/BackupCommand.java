/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.BackupId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Instant;

/** What the scheduler asks of a snapshot worker; keyed by source. */
public sealed interface BackupCommand extends Message {

  BackupId backup();

  StrategyId strategy();

  SourceId source();

  @Override
  default String key() {
    return source().value();
  }

  /** Seal a recovery point that covers at least everything committed before {@code requestedAt}. */
  @MessageType(value = "dev.holdfast.backup.seal-recovery-point.v1", topic = Topics.BACKUP_COMMANDS)
  record SealRecoveryPoint(
      BackupId backup, StrategyId strategy, SourceId source, Instant requestedAt)
      implements BackupCommand {}

  /** Take a new base snapshot beside the running stream. */
  @MessageType(value = "dev.holdfast.backup.take-base-snapshot.v1", topic = Topics.BACKUP_COMMANDS)
  record TakeBaseSnapshot(
      BackupId backup, StrategyId strategy, SourceId source, Instant requestedAt)
      implements BackupCommand {}
}
