/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Instant;

/** What people and services ask of the scheduler; keyed by backup. */
public sealed interface ScheduleCommand extends Message {

  BackupId backup();

  String requestedBy();

  Instant requestedAt();

  @Override
  default String key() {
    return backup().value();
  }

  /** What a backup is asked to do. */
  enum BackupKind {
    /** Everything that is committed by now is sealed. */
    @JsonProperty("recovery-point")
    RECOVERY_POINT,
    /** A new base snapshot beside the running stream. */
    @JsonProperty("base")
    BASE,
    /** What the source holds is compared with what the vault holds. */
    @JsonProperty("proof")
    PROOF
  }

  /**
   * Run a backup strategy now, once for each backup id. It answers as every backup does; one that
   * cannot begin is told as failed, with an alert that says why.
   */
  @MessageType(value = "dev.holdfast.schedule.run-backup.v1", topic = Topics.SCHEDULE_COMMANDS)
  record RunBackup(
      BackupId backup,
      StrategyId strategy,
      BackupKind kind,
      String requestedBy,
      Instant requestedAt)
      implements ScheduleCommand {}

  /**
   * Give a source's present position a name that can be restored to, once for each backup id. It
   * answers as {@link RunBackup} does.
   *
   * @param name unique within the source
   */
  @MessageType(
      value = "dev.holdfast.schedule.create-restore-point.v1",
      topic = Topics.SCHEDULE_COMMANDS)
  record NamePosition(
      BackupId backup, SourceId source, PointName name, String requestedBy, Instant requestedAt)
      implements ScheduleCommand {}
}
