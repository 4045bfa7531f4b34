/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.BackupId;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the scheduler asks of snapshot workers and of the replication; keyed by source. */
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

  /**
   * Hold the source to what its strategy says of keys and locks. Comes with every backup, so that
   * whoever was restarted hears it again; nobody answers it.
   *
   * @param keyRotation a data key of that age is replaced
   * @param lockRetention how long recovery points stay restorable where a region locks, at least;
   *     empty: as the region says
   */
  @MessageType(value = "dev.holdfast.backup.apply-protection.v1", topic = Topics.BACKUP_COMMANDS)
  record ApplyProtection(
      BackupId backup,
      StrategyId strategy,
      SourceId source,
      Duration keyRotation,
      Optional<Duration> lockRetention,
      Instant requestedAt)
      implements BackupCommand {

    /** Nobody can take a lock back, and every new data key is a write. */
    private static final Duration LEAST = Duration.ofHours(1);

    private static final Duration MOST = Duration.ofDays(36_500);

    public ApplyProtection {
      within("keyRotation", keyRotation);
      lockRetention.ifPresent(retention -> within("lockRetention", retention));
    }

    private static void within(String field, Duration value) {
      if (value.compareTo(LEAST) < 0 || value.compareTo(MOST) > 0) {
        throw new IllegalArgumentException(
            field + " " + value + " must be from " + LEAST + " to " + MOST.toDays() + " days");
      }
    }
  }

  /** Take a new base snapshot beside the running stream. */
  @MessageType(value = "dev.holdfast.backup.take-base-snapshot.v1", topic = Topics.BACKUP_COMMANDS)
  record TakeBaseSnapshot(
      BackupId backup, StrategyId strategy, SourceId source, Instant requestedAt)
      implements BackupCommand {}

  /**
   * Hash what the source holds at an exact position, and seal through it, so that what the vault
   * holds there can be compared.
   */
  @MessageType(value = "dev.holdfast.backup.prove-content.v1", topic = Topics.BACKUP_COMMANDS)
  record ProveContent(BackupId backup, StrategyId strategy, SourceId source, Instant requestedAt)
      implements BackupCommand {}

  /**
   * Give the source's present position a name that can be restored to, and seal through it.
   *
   * @param name unique within the source
   */
  @MessageType(
      value = "dev.holdfast.backup.create-restore-point.v1",
      topic = Topics.BACKUP_COMMANDS)
  record CreateRestorePoint(
      BackupId backup,
      StrategyId strategy,
      SourceId source,
      PointName name,
      String requestedBy,
      Instant requestedAt)
      implements BackupCommand {}

  /**
   * Rows of a table, by what their keys hash to.
   *
   * @param table its OID in the source
   * @param of how many buckets its rows are seen in; a power of two
   * @param buckets some of them
   */
  record TableBuckets(long table, int of, List<Integer> buckets) {}

  /**
   * Look closer at where a proof found a difference; nobody waits for an answer to the backup.
   *
   * @param backup the one that the proof belongs to
   * @param proof that found a difference
   */
  @MessageType(value = "dev.holdfast.backup.narrow-proof.v1", topic = Topics.BACKUP_COMMANDS)
  record NarrowProof(
      BackupId backup,
      StrategyId strategy,
      SourceId source,
      String proof,
      List<TableBuckets> tables,
      Instant requestedAt)
      implements BackupCommand {}
}
