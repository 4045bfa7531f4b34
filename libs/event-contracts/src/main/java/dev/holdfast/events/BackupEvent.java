/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Facts about capture and backup runs, and about what is to be backed up. Chain facts are keyed by
 * source, run facts by backup id.
 */
public sealed interface BackupEvent extends Message {

  /**
   * A fact that a manifest of the source's chain holds. {@code manifest()} is the aggregate's
   * sequence: an older number is ignored, a gap means that the reader missed one and reads the
   * chain itself from the vault.
   */
  sealed interface ChainEvent extends BackupEvent {
    SourceId source();

    /** Number of the manifest, from 1. */
    long manifest();

    @Override
    default String key() {
      return source().value();
    }
  }

  @MessageType(value = "dev.holdfast.backup.epoch-opened.v1", topic = Topics.BACKUP_EVENTS)
  record EpochOpened(
      SourceId source, long manifest, int epoch, String slot, Position start, Instant at)
      implements ChainEvent {}

  /**
   * A base snapshot is complete in the primary region.
   *
   * @param bytes stored bytes, after compression and encryption
   */
  @MessageType(value = "dev.holdfast.backup.base-sealed.v1", topic = Topics.BACKUP_EVENTS)
  record BaseSealed(
      SourceId source,
      long manifest,
      int epoch,
      String base,
      Position position,
      int tables,
      long rows,
      long bytes,
      Instant startedAt,
      Instant sealedAt)
      implements ChainEvent {}

  /**
   * Changes up to {@code through} are durable in the primary region.
   *
   * @param coveredAt everything committed before this moment, by the worker's clock, is in the
   *     chain
   */
  @MessageType(value = "dev.holdfast.backup.segment-sealed.v1", topic = Topics.BACKUP_EVENTS)
  record SegmentSealed(
      SourceId source,
      long manifest,
      int epoch,
      int timeline,
      Lsn from,
      Lsn through,
      Optional<CommitPoint> lastCommit,
      Instant coveredAt,
      long transactions,
      long changes,
      long bytes)
      implements ChainEvent {}

  /**
   * Changes after {@code after} were not captured; coverage resumes with the next base snapshot.
   */
  @MessageType(value = "dev.holdfast.backup.hole-recorded.v1", topic = Topics.BACKUP_EVENTS)
  record HoleRecorded(
      SourceId source, long manifest, int epoch, Position after, String reason, Instant at)
      implements ChainEvent {}

  /**
   * The source was promoted; sealed commits of the old timeline beyond {@code fork} are orphaned.
   */
  @MessageType(value = "dev.holdfast.backup.timeline-switched.v1", topic = Topics.BACKUP_EVENTS)
  record TimelineSwitched(
      SourceId source,
      long manifest,
      int epoch,
      int fromTimeline,
      int toTimeline,
      Lsn fork,
      long orphanedTransactions,
      Instant at)
      implements ChainEvent {}

  /**
   * A position got a name that can be restored to.
   *
   * @param at when it was asked for: everything committed before is at or before {@code position}
   */
  @MessageType(value = "dev.holdfast.backup.restore-point-created.v1", topic = Topics.BACKUP_EVENTS)
  record RestorePointCreated(
      SourceId source,
      long manifest,
      int epoch,
      PointName name,
      Position position,
      String requestedBy,
      Instant at)
      implements ChainEvent {}

  /** State of a source's capture. */
  enum CaptureState {
    @JsonProperty("starting")
    STARTING,
    /** The first base snapshot of the epoch is being taken; nothing can be restored yet. */
    @JsonProperty("snapshotting")
    SNAPSHOTTING,
    @JsonProperty("streaming")
    STREAMING,
    /** The source or the store cannot be reached; the slot keeps what is not captured. */
    @JsonProperty("interrupted")
    INTERRUPTED,
    /** Another writer owns the chain; this worker has stopped. */
    @JsonProperty("fenced")
    FENCED,
    /** A person has to act; {@code detail} says how. */
    @JsonProperty("failed")
    FAILED
  }

  @MessageType(value = "dev.holdfast.backup.capture-state-changed.v1", topic = Topics.BACKUP_EVENTS)
  record CaptureStateChanged(SourceId source, CaptureState state, String detail, Instant at)
      implements BackupEvent {
    @Override
    public String key() {
      return source.value();
    }
  }

  /** How much a finding about a source matters. */
  enum FindingSeverity {
    /** It stands in the way of protection. */
    @JsonProperty("error")
    ERROR,
    /** Protection works, but for something that should be known. */
    @JsonProperty("warning")
    WARNING,
    /** Worth knowing. */
    @JsonProperty("info")
    INFO
  }

  /**
   * One thing that a look at a source found.
   *
   * @param subject a setting, a table, a right
   * @param message what is so, with the value
   * @param fix what to do about it; empty when there is nothing to do
   */
  record SourceFinding(FindingSeverity severity, String subject, String message, String fix) {}

  /**
   * What a worker's look at its source found, worst first. It replaces what an earlier look found.
   *
   * @param omitted findings beyond those that are listed
   */
  @MessageType(value = "dev.holdfast.backup.source-examined.v1", topic = Topics.BACKUP_EVENTS)
  record SourceExamined(SourceId source, List<SourceFinding> findings, int omitted, Instant at)
      implements BackupEvent {
    @Override
    public String key() {
      return source.value();
    }
  }

  /**
   * An encrypted object of the vault.
   *
   * @param key where it is, relative to the vault
   * @param size stored bytes
   * @param sha256 of the stored bytes
   * @param dataKey id of the key object that holds its wrapped data key
   */
  record StoredObject(String key, long size, String sha256, String dataKey) {}

  /**
   * What the source held at {@code position} is hashed, and everything up to there is sealed. The
   * hashes themselves are in the vault: who knows them could test guesses of what a small table
   * holds.
   *
   * @param proof id, unique within the source
   * @param narrows the proof whose difference this looks at closer
   * @param content an object of kind {@code content}
   * @param bytes of rows as {@code COPY} text, as read from the source
   * @param took how long the snapshot was held
   */
  @MessageType(value = "dev.holdfast.backup.content-hashed.v1", topic = Topics.BACKUP_EVENTS)
  record ContentHashed(
      SourceId source,
      String proof,
      Optional<String> narrows,
      BackupId backup,
      StrategyId strategy,
      Position position,
      StoredObject content,
      int tables,
      long rows,
      long bytes,
      Duration took,
      Instant at)
      implements BackupEvent {
    @Override
    public String key() {
      return source.value();
    }
  }

  /** One source's part of a backup run. */
  enum ComponentOutcome {
    @JsonProperty("completed")
    COMPLETED,
    @JsonProperty("failed")
    FAILED
  }

  /**
   * A worker has done, or failed at, one source's part of a backup run.
   *
   * @param through everything up to here is durable in the primary region; empty when failed
   * @param error why it failed and what to do; empty when completed
   */
  @MessageType(value = "dev.holdfast.backup.component-finished.v1", topic = Topics.BACKUP_EVENTS)
  record BackupComponentFinished(
      BackupId backup,
      StrategyId strategy,
      SourceId source,
      ComponentOutcome outcome,
      Optional<Position> through,
      Optional<Instant> coveredAt,
      long bytes,
      Optional<String> error,
      Instant finishedAt)
      implements BackupEvent {
    @Override
    public String key() {
      return backup.value();
    }
  }

  /** How a backup run began. */
  enum Trigger {
    @JsonProperty("schedule")
    SCHEDULE,
    @JsonProperty("event")
    EVENT,
    @JsonProperty("request")
    REQUEST
  }

  @MessageType(value = "dev.holdfast.backup.started.v1", topic = Topics.BACKUP_EVENTS)
  record BackupStarted(
      BackupId backup,
      StrategyId strategy,
      List<SourceId> sources,
      Trigger trigger,
      String requestedBy,
      Instant startedAt)
      implements BackupEvent {
    @Override
    public String key() {
      return backup.value();
    }
  }

  enum Outcome {
    @JsonProperty("completed")
    COMPLETED,
    /** Some sources completed, others failed. */
    @JsonProperty("partial")
    PARTIAL,
    @JsonProperty("failed")
    FAILED
  }

  record Component(SourceId source, ComponentOutcome outcome, long bytes, Optional<String> error) {}

  @MessageType(value = "dev.holdfast.backup.finished.v1", topic = Topics.BACKUP_EVENTS)
  record BackupFinished(
      BackupId backup,
      StrategyId strategy,
      Outcome outcome,
      List<Component> components,
      Instant startedAt,
      Instant finishedAt,
      Duration took)
      implements BackupEvent {
    @Override
    public String key() {
      return backup.value();
    }
  }

  /**
   * A schedule of a strategy.
   *
   * @param cron five fields, in UTC
   * @param next when it asks for the next backup; empty where no backup of the strategy runs
   */
  record PublishedSchedule(ScheduleCommand.BackupKind kind, String cron, Optional<Instant> next) {}

  /** How many are kept of the newest of each hour, day, week and month; 0 none. */
  record PublishedRetention(int hourly, int daily, int weekly, int monthly) {}

  /**
   * What a strategy backs up.
   *
   * @param type such as {@code supabase}, {@code supabase_storage}, {@code environment}
   * @param database the protected source; for databases
   * @param buckets for file storage
   */
  record PublishedSource(
      String type,
      Optional<SourceId> database,
      List<String> buckets,
      List<String> include,
      List<String> exclude) {}

  /**
   * What is checked of stored backups, and how often.
   *
   * @param frequency {@code daily}, {@code weekly} or {@code monthly}
   */
  record PublishedVerification(boolean enabled, String frequency, List<String> checks) {}

  /**
   * A strategy of the policy that is followed.
   *
   * @param type {@code incremental} or {@code full}
   * @param lockRetention how long recovery points stay restorable where a region locks, at least;
   *     empty: as the region says
   * @param algorithm that stored bytes are encrypted with
   * @param keyRotation a data key of that age is replaced, if nothing shorter holds
   * @param obstacle why no backup of it runs in this version; empty: they run
   */
  record PublishedStrategy(
      StrategyId id,
      String name,
      String type,
      List<PublishedSchedule> schedules,
      PublishedRetention retention,
      Optional<Duration> lockRetention,
      List<PublishedSource> sources,
      String algorithm,
      Duration keyRotation,
      PublishedVerification verification,
      Optional<String> obstacle) {}

  /**
   * A policy that is not followed.
   *
   * @param origin where it came from
   * @param reason the field, its value and what it has to be
   */
  record RefusedPolicy(String origin, String reason, Instant at) {}

  /**
   * The policy that the scheduler follows, as a whole. Replaces what was told of it before, and is
   * told again now and then.
   *
   * @param origin where it came from, such as a file's name
   * @param acceptedAt since when it is followed
   * @param refused another one that was to be followed instead
   * @param goodUntil who has heard nothing newer by then hears nobody
   */
  @MessageType(value = "dev.holdfast.backup.policy-published.v1", topic = Topics.BACKUP_EVENTS)
  record PolicyPublished(
      String origin,
      Instant acceptedAt,
      List<PublishedStrategy> strategies,
      Optional<RefusedPolicy> refused,
      Instant at,
      Instant goodUntil)
      implements BackupEvent {
    @Override
    public String key() {
      return "policy";
    }
  }

  /** What a data key is wrapped to. */
  enum RecipientKind {
    /** A public key whose private side is in a file. */
    @JsonProperty("key-file")
    KEY_FILE,
    /** A public key that a passphrase leads to. */
    @JsonProperty("passphrase")
    PASSPHRASE,
    /** A key of a key service. */
    @JsonProperty("kms")
    KMS
  }

  /**
   * Who can open what a data key encrypts. Nothing of the key itself is in it.
   *
   * @param id fingerprint, 32 hexadecimal digits
   * @param name ARN of a key of a key service; empty for others, which have none
   */
  record KeyRecipient(String id, RecipientKind kind, Optional<String> name) {}

  /**
   * A source's worker encrypts with this data key. Only what is known of it is told, never the key;
   * again now and then.
   *
   * @param dataKey id, derived from the key, which it does not reveal
   * @param previous id of the one before it, which still opens what was written with it; empty for
   *     the first one of a process
   * @param reason why it began: {@code start} of the worker, {@code age}, or who asked
   * @param most at this age it is replaced: the least that settings and strategies say
   * @param recipients all of whom can open it
   * @param signer id of the key that signs what the worker writes
   * @param goodUntil who has heard nothing newer by then hears nobody
   */
  @MessageType(value = "dev.holdfast.backup.data-key-in-use.v1", topic = Topics.BACKUP_EVENTS)
  record DataKeyInUse(
      SourceId source,
      String dataKey,
      Instant since,
      Optional<String> previous,
      String reason,
      Duration most,
      List<KeyRecipient> recipients,
      String signer,
      Instant at,
      Instant goodUntil)
      implements BackupEvent {
    @Override
    public String key() {
      return source.value();
    }
  }

  /** A fact about a legal hold. */
  sealed interface HoldEvent extends BackupEvent {
    SourceId source();

    HoldId hold();

    @Override
    default String key() {
      return source().value();
    }
  }

  /**
   * What became of the objects in one region.
   *
   * @param changed objects that were not held, or not released, before
   * @param already those that were
   * @param failed those that the region lacks
   * @param names of these, ten at most
   * @param problem why not all were gone through; empty: they were
   */
  record HeldRegion(
      RegionId region,
      long changed,
      long already,
      long failed,
      List<String> names,
      Optional<String> problem) {

    public HeldRegion {
      names = List.copyOf(names);
    }
  }

  /**
   * A legal hold is recorded in the vault, and what it needs is held, as far as {@code regions}
   * say.
   *
   * @param target the moment as it was asked for, for people
   * @param position where a restore to it ends
   * @param placedBy who placed it first, where an earlier hold was completed
   * @param placedAt when it was recorded
   */
  @MessageType(value = "dev.holdfast.backup.legal-hold-placed.v1", topic = Topics.BACKUP_EVENTS)
  record LegalHoldPlaced(
      SourceId source,
      HoldId hold,
      HoldName name,
      HoldReason reason,
      String target,
      Position position,
      String placedBy,
      Instant placedAt,
      List<HeldRegion> regions,
      Instant at)
      implements HoldEvent {}

  /**
   * A legal hold ended; what no other hold needs is let go of, as far as {@code regions} say.
   *
   * @param releasedAt when that was recorded
   */
  @MessageType(value = "dev.holdfast.backup.legal-hold-released.v1", topic = Topics.BACKUP_EVENTS)
  record LegalHoldReleased(
      SourceId source,
      HoldId hold,
      HoldName name,
      HoldReason reason,
      String releasedBy,
      Instant releasedAt,
      List<HeldRegion> regions,
      Instant at)
      implements HoldEvent {}

  /** What is asked for a legal hold. */
  enum HoldAction {
    @JsonProperty("place")
    PLACE,
    @JsonProperty("release")
    RELEASE
  }

  /**
   * A legal hold could not be placed, or released.
   *
   * @param error why, and what to do
   */
  @MessageType(value = "dev.holdfast.backup.legal-hold-failed.v1", topic = Topics.BACKUP_EVENTS)
  record LegalHoldFailed(
      SourceId source, HoldId hold, HoldAction action, String requestedBy, String error, Instant at)
      implements HoldEvent {}
}
