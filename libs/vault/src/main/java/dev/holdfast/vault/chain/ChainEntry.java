/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.ObjectRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What one manifest adds to a source's chain. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = ChainEntry.EpochOpened.class, name = "epoch-opened"),
  @JsonSubTypes.Type(value = ChainEntry.SegmentSealed.class, name = "segment-sealed"),
  @JsonSubTypes.Type(value = ChainEntry.BaseSealed.class, name = "base-sealed"),
  @JsonSubTypes.Type(value = ChainEntry.HoleRecorded.class, name = "hole-recorded"),
  @JsonSubTypes.Type(value = ChainEntry.TimelineSwitched.class, name = "timeline-switched")
})
public sealed interface ChainEntry {

  int epoch();

  /** A replication slot was created at {@code start}; streaming begins there. */
  record EpochOpened(int epoch, String slot, Position start, int serverVersion)
      implements ChainEntry {}

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
      List<ObjectRef> bodies)
      implements ChainEntry {}

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
      implements ChainEntry {}

  /** Changes after {@code after} were not captured; coverage resumes at the next base. */
  record HoleRecorded(int epoch, Position after, String reason, Instant at) implements ChainEntry {}

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
      implements ChainEntry {}
}
