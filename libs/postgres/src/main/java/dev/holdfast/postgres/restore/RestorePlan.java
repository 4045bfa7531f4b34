/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether and how a target can be restored; computed before anything is touched. */
public sealed interface RestorePlan {

  /** For people: what the plan is, or why there is none and what can be had instead. */
  String describe();

  /**
   * The target can be restored from {@code base} and {@code parts}, read in order.
   *
   * @param baseManifest number of the manifest that sealed the base
   * @param end where the plan ends; a time target may stop earlier
   * @param schemas definitions recorded between the base and where the plan ends, in order: the
   *     last ones are the target's, all say what added columns hold; empty when the base's are
   * @param tableBases rows of single tables that count instead of the base's
   * @param openHole the hole that starts where the plan ends: what came after it was not captured
   *     and no newer base exists yet. Only for {@link RestoreTarget.Latest}
   */
  record Reachable(
      SourceId source,
      RestoreTarget target,
      BaseSealed base,
      long baseManifest,
      List<Part> parts,
      StopRule stop,
      RecoveryPoint end,
      List<SchemaVersion> schemas,
      List<TableBase> tableBases,
      Optional<Hole> openHole)
      implements RestorePlan {

    public Reachable {
      parts = List.copyOf(parts);
      schemas = List.copyOf(schemas);
      tableBases = List.copyOf(tableBases);
    }

    Reachable with(
        BaseSealed itsBase, List<SchemaVersion> itsSchemas, List<TableBase> itsTableBases) {
      return new Reachable(
          source,
          target,
          itsBase,
          baseManifest,
          parts,
          stop,
          end,
          itsSchemas,
          itsTableBases,
          openHole);
    }

    /** When the rows of a table were read that changes are applied to. */
    Instant takenAt(long table) {
      return tableBases.stream()
          .filter(it -> it.tables().contains(table))
          .findFirst()
          .map(it -> it.entry().snapshotAt())
          .orElse(base.snapshotAt());
    }

    Reachable to(RestoreTarget another) {
      return new Reachable(
          source, another, base, baseManifest, parts, stop, end, schemas, tableBases, openHole);
    }

    /** Stored bytes that the restore reads. */
    public long storedBytes() {
      return objects().mapToLong(ObjectRef::size).sum();
    }

    /** Row changes in the segments, some of which may lie beyond the target. */
    public long changes() {
      return parts.stream().mapToLong(part -> part.segment().changes()).sum();
    }

    /** Every object that the restore reads. */
    public Stream<ObjectRef> objects() {
      return Stream.of(
              Stream.concat(Stream.of(base.index()), base.objects().stream()),
              schemas.stream().flatMap(SchemaVersion::objects),
              tableBases.stream().flatMap(TableBase::objects),
              parts.stream().flatMap(part -> part.segment().bodies().stream()))
          .flatMap(objects -> objects);
    }

    /** What is missing behind the plan's end. */
    public Optional<String> warning() {
      return openHole.map(
          hole ->
              "changes after "
                  + hole.after()
                  + " were not captured ("
                  + hole.reason()
                  + "); the newest moment that can be restored is "
                  + end);
    }

    @Override
    public String describe() {
      return "restore "
          + source
          + " to "
          + target
          + ": base "
          + base.base()
          + " of "
          + base.snapshotAt()
          + " at "
          + base.position()
          + (tableBases.isEmpty()
              ? ""
              : ", later ones of "
                  + tableBases.stream().mapToInt(it -> it.tables().size()).sum()
                  + " tables")
          + ", then "
          + parts.size()
          + " segments with "
          + changes()
          + " changes, "
          + storedBytes()
          + " bytes to read";
    }
  }

  /**
   * Recorded definitions.
   *
   * @param manifest number of the manifest that records them
   */
  record SchemaVersion(SchemaRecorded entry, long manifest) {

    Lsn lsn() {
      return entry.position().lsn();
    }

    Stream<ObjectRef> objects() {
      return Stream.concat(entry.index().stream(), entry.objects().stream());
    }
  }

  /**
   * A base of single tables.
   *
   * @param manifest number of the manifest that sealed it
   * @param tables OIDs of those that a restore takes from it
   */
  record TableBase(TableBaseSealed entry, long manifest, Set<Long> tables) {

    public TableBase {
      tables = Set.copyOf(tables);
    }

    Lsn lsn() {
      return entry.position().lsn();
    }

    boolean covers(long table) {
      return entry.tables().contains(table);
    }

    Stream<ObjectRef> objects() {
      return Stream.concat(Stream.of(entry.index()), entry.objects().stream());
    }
  }

  /**
   * The target lies in a range that was never captured.
   *
   * @param before nearest reachable moment before the hole
   * @param after nearest reachable moment after the hole
   */
  record Gap(
      RestoreTarget target,
      Hole hole,
      Optional<RecoveryPoint> before,
      Optional<RecoveryPoint> after)
      implements RestorePlan {
    @Override
    public String describe() {
      return "target "
          + target
          + " lies in a hole: changes after "
          + hole.after()
          + " were not captured ("
          + hole.reason()
          + "). Nearest reachable: "
          + before.map(point -> "before it " + point).orElse("nothing before it")
          + ", "
          + after.map(point -> "after it " + point).orElse("nothing after it yet");
    }
  }

  /**
   * The target was captured, and a promotion left its timeline before it: it belongs to no history
   * that went on.
   *
   * @param fork where its timeline was left
   * @param before nearest reachable moment at or before the fork
   * @param after nearest reachable moment on the timeline that went on
   */
  record Orphaned(
      RestoreTarget target, Position fork, RecoveryPoint before, Optional<RecoveryPoint> after)
      implements RestorePlan {
    @Override
    public String describe() {
      return "target "
          + target
          + " was orphaned by a promotion: timeline "
          + fork.timeline()
          + " was left at "
          + fork.lsn()
          + ", before it. Nearest reachable: before it "
          + before
          + ", "
          + after
              .map(point -> "on the timeline that went on " + point)
              .orElse("nothing on the timeline that went on yet");
    }
  }

  /** The target is before the first base snapshot, or there is none. */
  record NoBase(RestoreTarget target, Optional<RecoveryPoint> earliest) implements RestorePlan {
    @Override
    public String describe() {
      return earliest
          .map(
              point ->
                  "target "
                      + target
                      + " is before the first recovery point. The earliest that can be restored is "
                      + point)
          .orElse(
              "there is no base snapshot yet, so nothing can be restored. Wait until the first base"
                  + " is sealed");
    }
  }

  /** The target is later than all that is covered. */
  record Future(RestoreTarget target, RecoveryPoint newest) implements RestorePlan {
    @Override
    public String describe() {
      return "target "
          + target
          + " is later than what the vault holds. The newest that can be restored is "
          + newest;
    }
  }

  /**
   * A segment, or the piece of it that counts.
   *
   * @param after commits that end at or before it are left out: the base or an earlier part holds
   *     them
   * @param limit commits that end after it are left out: orphaned by a promotion, beyond a hole, or
   *     beyond the target
   */
  record Part(SegmentSealed segment, Lsn after, Lsn limit) {

    public Part {
      if (limit.isBefore(after)) {
        throw new IllegalArgumentException("limit " + limit + " is before " + after);
      }
    }

    /** Commits beyond the limit are in the segment's bodies. */
    boolean cut() {
      return limit.isBefore(segment.through());
    }
  }

  /** Where to stop within the parts. */
  sealed interface StopRule {

    /** At the end of the last part. */
    record AtEnd() implements StopRule {}

    /** Before the first commit, in LSN order, with a later time. */
    record BeforeLaterThan(Instant time) implements StopRule {}

    /** After the last commit that ends at or before it. */
    record AfterLsn(Lsn lsn) implements StopRule {}
  }

  /** A range that was never captured; it lasts until the next base. */
  record Hole(Lsn after, String reason) {}
}
