/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.Lsn;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a chain says can be restored. Segments form runs of unbroken coverage, and a run is of use
 * from the first base that lies in it. A hole ends a run; where the stream went on over the hole,
 * what follows is of use only from a base whose snapshot was taken after the hole was noticed. A
 * promotion cuts a run at the fork and lets it go on along the new timeline; commits and bases of
 * the old timeline beyond the fork are in no range. Where definitions changed and were not
 * recorded, a range pauses until they were, or until the next base; where rows of a table are not
 * known, until a table base of it.
 */
public final class RecoveryRanges {

  private final List<Run> runs = new ArrayList<>();
  private final List<SealedBase> bases = new ArrayList<>();
  private final Run.Told told =
      new Run.Told(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
  private final Map<String, TimelineHistory> histories = new HashMap<>();

  private String systemId = "";

  /** Where the stream is: the next segment continues it if it begins there or before. */
  private @Nullable Cursor cursor;

  /** The run that a segment which continues the stream extends, unless a hole came between. */
  private @Nullable Run current;

  /** The newest hole since the last segment. */
  private @Nullable Hole hole;

  private record Cursor(int timeline, Lsn end) {
    boolean reaches(int otherTimeline, Lsn lsn) {
      return timeline == otherTimeline && !lsn.isAfter(end);
    }
  }

  /** A base and the number of its manifest. */
  record SealedBase(BaseSealed base, long number) {}

  /** A hole and the number of its manifest. */
  record Hole(HoleRecorded recorded, long number) {}

  private RecoveryRanges() {}

  /**
   * The ranges, oldest first. A base that lies within the range of an earlier one opens no range of
   * its own. A base that no segment reaches is a range of one point.
   *
   * @param chain the whole chain of one source, in order
   */
  public static List<RecoveryRange> of(List<Manifest> chain) {
    RecoveryRanges ranges = new RecoveryRanges();
    for (Manifest manifest : chain) {
      ranges.add(manifest);
    }
    return ranges.ranges();
  }

  private void add(Manifest manifest) {
    switch (manifest.entry()) {
      case EpochOpened opened -> open(opened);
      case SegmentSealed segment -> extend(segment);
      case BaseSealed base -> bases.add(new SealedBase(base, manifest.number()));
      case HoleRecorded recorded -> cut(new Hole(recorded, manifest.number()));
      case TimelineSwitched switched -> fork(switched);
      case SchemaRecorded schema -> told.schemas().add(schema);
      case TablesLost lost -> told.lost().add(lost);
      case TableBaseSealed base -> told.tableBases().add(base);
      case RestorePoint point -> {
        // A name: it covers nothing.
      }
    }
  }

  /** Within one cluster the positions of the segments alone say whether coverage goes on. */
  private void open(EpochOpened opened) {
    if (!opened.start().systemId().equals(systemId)) {
      systemId = opened.start().systemId();
      cursor = null;
      current = null;
      hole = null;
    }
  }

  private void extend(SegmentSealed segment) {
    Cursor before = cursor;
    Run run = current;
    boolean continues = before != null && before.reaches(segment.timeline(), segment.from());
    if (continues && hole == null && run != null) {
      run.extend(segment);
    } else {
      // What the hole lacks lies somewhere in a stream that goes on over it.
      boolean overTheHole =
          hole != null
              && (continues || reaches(hole.recorded(), segment.timeline(), segment.from()));
      run = new Run(systemId, overTheHole ? Optional.ofNullable(hole) : Optional.empty());
      run.extend(segment);
      runs.add(run);
      current = run;
    }
    hole = null;
    cursor =
        new Cursor(
            segment.timeline(),
            continues && before != null ? before.end().max(segment.through()) : segment.through());
  }

  private static boolean reaches(HoleRecorded hole, int timeline, Lsn lsn) {
    return hole.after().timeline() == timeline && !lsn.isAfter(hole.after().lsn());
  }

  private void cut(Hole at) {
    if (current != null) {
      current.cut(at.recorded().after());
    }
    hole = at;
  }

  private void fork(TimelineSwitched switched) {
    systemId = switched.systemId();
    histories.computeIfAbsent(systemId, id -> new TimelineHistory()).fork(switched);
    if (cursor != null && cursor.reaches(switched.fromTimeline(), switched.fork())) {
      cursor = new Cursor(switched.toTimeline(), switched.fork());
      if (current != null && hole == null) {
        current.turn(switched.toTimeline(), switched.fork());
      }
    } else {
      cursor = null;
      current = null;
    }
  }

  private List<RecoveryRange> ranges() {
    List<RecoveryRange> ranges = new ArrayList<>();
    List<SealedBase> alone = new ArrayList<>(bases);
    alone.removeIf(
        each ->
            !history(each.base().position().systemId())
                .holds(each.base().position().timeline(), each.base().position().lsn()));
    for (Run run : runs) {
      run.orphan(history(run.systemId()));
      List<SealedBase> inside = bases.stream().filter(run::canStartFrom).toList();
      List<BaseSealed> ordered = inside.stream().map(SealedBase::base).sorted(run.order()).toList();
      ranges.addAll(run.ranges(ordered, told));
      alone.removeAll(inside);
    }
    for (SealedBase each : alone) {
      BaseSealed base = each.base();
      ranges.add(
          new RecoveryRange(
              base.position(), base.snapshotAt(), base.position(), base.snapshotAt(), base.base()));
    }
    ranges.sort(Comparator.comparing(RecoveryRange::fromTime));
    return List.copyOf(ranges);
  }

  private TimelineHistory history(String system) {
    return histories.getOrDefault(system, new TimelineHistory());
  }
}
