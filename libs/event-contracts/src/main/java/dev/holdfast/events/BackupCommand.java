/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.BackupId;
import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is asked of snapshot workers and of the replication; keyed by source. */
public sealed interface BackupCommand extends Message {

  SourceId source();

  @Override
  default String key() {
    return source().value();
  }

  /** Belongs to a backup run of the scheduler. */
  sealed interface OfRun extends BackupCommand {

    BackupId backup();

    StrategyId strategy();
  }

  /** Is about a legal hold; asked by people, through the catalog. */
  sealed interface OfHold extends BackupCommand {

    HoldId hold();

    String requestedBy();

    Instant requestedAt();
  }

  /** Seal a recovery point that covers at least everything committed before {@code requestedAt}. */
  @MessageType(value = "dev.holdfast.backup.seal-recovery-point.v1", topic = Topics.BACKUP_COMMANDS)
  record SealRecoveryPoint(
      BackupId backup, StrategyId strategy, SourceId source, Instant requestedAt)
      implements OfRun {}

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
      implements OfRun {

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
      implements OfRun {}

  /**
   * Hash what the source holds at an exact position, and seal through it, so that what the vault
   * holds there can be compared.
   */
  @MessageType(value = "dev.holdfast.backup.prove-content.v1", topic = Topics.BACKUP_COMMANDS)
  record ProveContent(BackupId backup, StrategyId strategy, SourceId source, Instant requestedAt)
      implements OfRun {}

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
      implements OfRun {}

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
      implements OfRun {}

  /** Of what moment; at most one is given, none means the latest recovery point. */
  record HoldMoment(Optional<Instant> toTime, Optional<Lsn> toLsn, Optional<PointName> toPoint) {

    public HoldMoment {
      if (Stream.of(toTime, toLsn, toPoint).filter(Optional::isPresent).count() > 1) {
        throw new IllegalArgumentException(
            "moment: give one of toTime, toLsn and toPoint, or none");
      }
    }

    /** For people, and to tell whether two requests are of the same moment. */
    public String inWords() {
      return toTime
          .map(Instant::toString)
          .or(() -> toLsn.map(lsn -> "LSN " + lsn))
          .or(() -> toPoint.map(point -> "restore point '" + point + "'"))
          .orElse("the latest recovery point");
    }
  }

  /**
   * Hold everything that a restore to a moment needs, in every region, until it is released.
   * Answered by {@link BackupEvent.LegalHoldPlaced} or {@link BackupEvent.LegalHoldFailed}.
   *
   * @param hold sent twice, it is one hold
   * @param name no two holds of the source that are in force have the same
   */
  @MessageType(value = "dev.holdfast.backup.place-legal-hold.v1", topic = Topics.BACKUP_COMMANDS)
  record PlaceLegalHold(
      HoldId hold,
      SourceId source,
      HoldName name,
      HoldReason reason,
      HoldMoment moment,
      String requestedBy,
      Instant requestedAt)
      implements OfHold {}

  /**
   * Release a hold; what another one needs stays held. Answered by {@link
   * BackupEvent.LegalHoldReleased} or {@link BackupEvent.LegalHoldFailed}.
   */
  @MessageType(value = "dev.holdfast.backup.release-legal-hold.v1", topic = Topics.BACKUP_COMMANDS)
  record ReleaseLegalHold(
      HoldId hold, SourceId source, HoldReason reason, String requestedBy, Instant requestedAt)
      implements OfHold {}
}
