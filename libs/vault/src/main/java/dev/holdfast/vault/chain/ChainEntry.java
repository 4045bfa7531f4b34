/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.vault.ObjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What one manifest adds to a source's chain. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ChainEntry.EpochOpened.class, name = "epoch-opened"),
  @JsonSubTypes.Type(value = ChainEntry.SegmentSealed.class, name = "segment-sealed"),
  @JsonSubTypes.Type(value = ChainEntry.BaseSealed.class, name = "base-sealed"),
  @JsonSubTypes.Type(value = ChainEntry.HoleRecorded.class, name = "hole-recorded"),
  @JsonSubTypes.Type(value = ChainEntry.TimelineSwitched.class, name = "timeline-switched"),
  @JsonSubTypes.Type(value = ChainEntry.SchemaRecorded.class, name = "schema-recorded"),
  @JsonSubTypes.Type(value = ChainEntry.TablesLost.class, name = "tables-lost"),
  @JsonSubTypes.Type(value = ChainEntry.TableBaseSealed.class, name = "table-base-sealed"),
  @JsonSubTypes.Type(value = ChainEntry.RestorePoint.class, name = "restore-point")
})
public sealed interface ChainEntry {

  int epoch();

  /** A replication slot was created at {@code start}; streaming begins there. */
  record EpochOpened(int epoch, String slot, Position start, int serverVersion)
      implements ChainEntry {

    public EpochOpened {
      requireEpoch(epoch);
      Objects.requireNonNull(slot, "slot");
      Objects.requireNonNull(start, "start");
    }
  }

  /**
   * Every change in scope with a commit end in ({@code from}, {@code through}] on {@code timeline}.
   *
   * @param from equals the {@code through} of the segment before it, or the start of the epoch or
   *     timeline
   * @param firstCommit first commit in the segment; empty when it holds none
   * @param lastCommit last commit in LSN order
   * @param earliestTime smallest and {@code latestTime} largest commit time in it (commit times are
   *     not monotonic)
   * @param coveredAt everything committed before this moment by the worker's clock is at or before
   *     {@code through}
   * @param bodies record streams, to be read one after the other; empty when nothing changed
   * @param checked up to here the source showed the definitions that are recorded, when it was
   *     looked at before the seal; left out when it could not be
   */
  record SegmentSealed(
      int epoch,
      int timeline,
      Lsn from,
      Lsn through,
      Optional<CommitPoint> firstCommit,
      Optional<CommitPoint> lastCommit,
      Optional<Instant> earliestTime,
      Optional<Instant> latestTime,
      Instant coveredAt,
      long transactions,
      long changes,
      List<ObjectRef> bodies,
      @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Lsn> checked)
      implements ChainEntry {

    /** One whose writer did not look at the source. */
    public SegmentSealed(
        int epoch,
        int timeline,
        Lsn from,
        Lsn through,
        Optional<CommitPoint> firstCommit,
        Optional<CommitPoint> lastCommit,
        Optional<Instant> earliestTime,
        Optional<Instant> latestTime,
        Instant coveredAt,
        long transactions,
        long changes,
        List<ObjectRef> bodies) {
      this(
          epoch,
          timeline,
          from,
          through,
          firstCommit,
          lastCommit,
          earliestTime,
          latestTime,
          coveredAt,
          transactions,
          changes,
          bodies,
          Optional.empty());
    }

    public SegmentSealed {
      requireEpoch(epoch);
      bodies = List.copyOf(bodies);
      Objects.requireNonNull(coveredAt, "coveredAt");
      if (timeline < 1) {
        throw new IllegalArgumentException("timeline " + timeline + " must be at least 1");
      }
      if (from.isAfter(through)) {
        throw new IllegalArgumentException(
            "a segment from " + from + " cannot end before, at " + through);
      }
      if (firstCommit.isPresent() != lastCommit.isPresent()
          || earliestTime.isPresent() != latestTime.isPresent()) {
        throw new IllegalArgumentException(
            "a segment has both a first and a last commit, and both commit times, or none");
      }
      if (transactions < 0 || changes < 0) {
        throw new IllegalArgumentException(
            "transactions " + transactions + " and changes " + changes + " must not be negative");
      }
    }
  }

  /**
   * A base snapshot: exactly the commits that end at or before {@code position}.
   *
   * @param base id, unique within the source
   * @param snapshotAt when the snapshot was taken, by the worker's clock
   * @param catalog fingerprint of the source's schema at the base: as long as the source shows the
   *     same one, the base's schema is the source's
   * @param index the {@code BASE_INDEX} object
   * @param objects every other object of the base, so that copies can be complete without
   *     decrypting the index
   */
  record BaseSealed(
      int epoch,
      String base,
      Position position,
      Instant snapshotAt,
      String catalog,
      ObjectRef index,
      List<ObjectRef> objects,
      int tables,
      long rows)
      implements ChainEntry {

    public BaseSealed {
      requireEpoch(epoch);
      Objects.requireNonNull(base, "base");
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(snapshotAt, "snapshotAt");
      Objects.requireNonNull(index, "index");
      objects = List.copyOf(objects);
    }
  }

  /** Changes after {@code after} were not captured; coverage resumes at the next base. */
  record HoleRecorded(int epoch, Position after, String reason, Instant at) implements ChainEntry {

    public HoleRecorded {
      requireEpoch(epoch);
      Objects.requireNonNull(after, "after");
      Objects.requireNonNull(reason, "reason");
      Objects.requireNonNull(at, "at");
    }
  }

  /**
   * The source was promoted: {@code toTimeline} left {@code fromTimeline} at {@code fork}. Sealed
   * commits of the old timeline that end after the fork are orphaned. Segments of the new timeline
   * follow from {@code fork}.
   */
  record TimelineSwitched(
      int epoch,
      String systemId,
      int fromTimeline,
      int toTimeline,
      Lsn fork,
      long orphanedTransactions,
      Instant at)
      implements ChainEntry {

    public TimelineSwitched {
      requireEpoch(epoch);
      Objects.requireNonNull(systemId, "systemId");
      Objects.requireNonNull(fork, "fork");
      Objects.requireNonNull(at, "at");
      if (fromTimeline < 1 || toTimeline <= fromTimeline) {
        throw new IllegalArgumentException(
            "timeline " + toTimeline + " cannot have left timeline " + fromTimeline);
      }
    }
  }

  /**
   * From {@code position} on the source's definitions are others. Rows before and after it can be
   * read as rows of one table each; a target from there on has these definitions, up to the next
   * such entry or base.
   *
   * @param position the end of the commit that changed them; where nobody noted which that was, the
   *     place one byte after the last at which they were as before; recorded ones that nobody noted
   *     stand at the position of the snapshot that shows them
   * @param xid of that transaction; 0 where nobody noted it
   * @param at when this was written, by the worker's clock
   * @param catalog fingerprint of the definitions; empty when they are not recorded (yet): no
   *     target from {@code position} on can be restored before the next entry that has them
   * @param index the {@code BASE_INDEX} object: as a base's, without rows
   * @param objects schema and roles
   */
  record SchemaRecorded(
      int epoch,
      Position position,
      long xid,
      Instant at,
      Optional<String> catalog,
      Optional<ObjectRef> index,
      List<ObjectRef> objects)
      implements ChainEntry {

    /** The transaction id of a change that nobody noted: no transaction has it. */
    public static final long UNNOTED = 0;

    public SchemaRecorded {
      requireEpoch(epoch);
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(at, "at");
      objects = List.copyOf(objects);
      if (catalog.isPresent() != index.isPresent() || (index.isEmpty() && !objects.isEmpty())) {
        throw new IllegalArgumentException(
            "definitions are recorded with catalog, index and objects, or not at all");
      }
    }

    /** Whether nobody noted which commit changed them. */
    public boolean unnoted() {
      return xid == UNNOTED;
    }

    /** Whether the definitions themselves are there. */
    public boolean known() {
      return index.isPresent();
    }
  }

  /**
   * From {@code position} on the rows of some tables are not known: what came before does not tell
   * what they hold. No target from there on that has one of them can be restored before a base, or
   * a table base of it, at or after {@code position}.
   *
   * @param position the end of the commit after which they are not known
   * @param at when this was written, by the worker's clock
   * @param reason what happened to the first of them
   */
  record TablesLost(int epoch, Position position, Instant at, String reason, List<LostTable> tables)
      implements ChainEntry {

    public TablesLost {
      requireEpoch(epoch);
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(reason, "reason");
      tables = List.copyOf(tables);
      if (tables.isEmpty()) {
        throw new IllegalArgumentException("tables are lost, or there is no such entry");
      }
    }
  }

  /**
   * A table whose rows are not known.
   *
   * @param name with its schema, for people
   */
  record LostTable(long oid, String name) {

    public LostTable {
      Objects.requireNonNull(name, "name");
    }
  }

  /**
   * The rows of some tables at exactly the commits that end at or before {@code position}. Changes
   * of these tables count from there on only, for a target that needs them.
   *
   * @param base id, unique within the source
   * @param snapshotAt when the snapshot was taken, by the worker's clock
   * @param tables OIDs; one that the index lacks was not there, or not in scope, at {@code
   *     position}
   * @param index the {@code BASE_INDEX} object: position and tables
   * @param objects rows
   */
  record TableBaseSealed(
      int epoch,
      String base,
      Position position,
      Instant snapshotAt,
      List<Long> tables,
      ObjectRef index,
      List<ObjectRef> objects,
      long rows)
      implements ChainEntry {

    public TableBaseSealed {
      requireEpoch(epoch);
      Objects.requireNonNull(base, "base");
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(snapshotAt, "snapshotAt");
      Objects.requireNonNull(index, "index");
      tables = List.copyOf(tables);
      objects = List.copyOf(objects);
    }
  }

  /**
   * A position with a name. It is sealed: a segment before this entry covers it.
   *
   * @param name no two entries of a chain have the same
   * @param position exactly the commits that end at or before it
   * @param at when it was asked for, by the worker's clock: everything committed before is at or
   *     before {@code position}
   * @param request id of what asked for it: asked again, it is not made again
   */
  record RestorePoint(
      int epoch, PointName name, Position position, Instant at, String requestedBy, String request)
      implements ChainEntry {

    public RestorePoint {
      requireEpoch(epoch);
      Objects.requireNonNull(name, "name");
      Objects.requireNonNull(position, "position");
      Objects.requireNonNull(at, "at");
      Objects.requireNonNull(requestedBy, "requestedBy");
      Objects.requireNonNull(request, "request");
    }
  }

  private static void requireEpoch(int epoch) {
    if (epoch < 0 || epoch > 999_999) {
      throw new IllegalArgumentException("epoch " + epoch + " must be 0 to 999999");
    }
  }
}
