/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.restore.Range.Base;
import dev.holdfast.postgres.restore.Range.Loss;
import dev.holdfast.postgres.restore.RestorePlan.Future;
import dev.holdfast.postgres.restore.RestorePlan.Gap;
import dev.holdfast.postgres.restore.RestorePlan.Hole;
import dev.holdfast.postgres.restore.RestorePlan.NoBase;
import dev.holdfast.postgres.restore.RestorePlan.Orphaned;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestorePlan.SchemaVersion;
import dev.holdfast.postgres.restore.RestorePlan.StopRule;
import dev.holdfast.postgres.restore.RestorePlan.TableBase;
import dev.holdfast.postgres.restore.RestoreTarget.AtLsn;
import dev.holdfast.postgres.restore.RestoreTarget.AtPoint;
import dev.holdfast.postgres.restore.RestoreTarget.AtTime;
import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.postgres.restore.RestoreTarget.Without;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.Manifest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Computes restore plans from a source's chain; pure. */
public final class RestorePlanner {

  private RestorePlanner() {}

  /**
   * The plan for {@code target}.
   *
   * @param chain one source's manifests in order of their numbers
   * @param now a time target after it is in the future
   */
  public static RestorePlan plan(List<Manifest> chain, RestoreTarget target, Instant now) {
    return draft(chain, target, now).settled();
  }

  /**
   * A plan for the rows, and what is known of the definitions at its end.
   *
   * @param plan without definitions
   * @param schemas known ones between its base and its end, in order
   * @param gap set when those at its end are not known
   */
  record Draft(RestorePlan plan, List<SchemaVersion> schemas, Optional<Gap> gap) {

    RestorePlan settled() {
      if (gap.isPresent()) {
        return gap.get();
      }
      return plan instanceof Reachable reachable
          ? reachable.with(reachable.base(), schemas, reachable.tableBases())
          : plan;
    }
  }

  static Draft draft(List<Manifest> chain, RestoreTarget target, Instant now) {
    if (chain.isEmpty()) {
      return unreachable(new NoBase(target, Optional.empty()));
    }
    SourceId source = chain.getFirst().source();
    for (Manifest manifest : chain) {
      if (!manifest.source().equals(source)) {
        throw new IllegalArgumentException(
            "chain mixes the sources " + source + " and " + manifest.source());
      }
    }
    History history = History.of(chain);
    if (history.ranges().isEmpty()) {
      return unreachable(new NoBase(target, Optional.empty()));
    }
    return switch (target) {
      case Without without -> without(source, without, history, now);
      case Latest latest -> latest(source, latest, history);
      case AtTime time -> atTime(source, time, history, now);
      case AtLsn lsn -> atLsn(source, lsn, lsn.lsn(), history);
      case AtPoint point -> atPoint(source, point, history);
    };
  }

  /** From a base that does not hold the transaction, on the stretch of history that it is on. */
  private static Draft without(SourceId source, Without target, History history, Instant now) {
    Optional<Range> range = history.withBasesBefore(target.transaction().record());
    if (range.isEmpty()) {
      return unreachable(new NoBase(target, Optional.of(history.ranges().getFirst().start())));
    }
    History stretch = new History(List.of(range.get()));
    Draft draft =
        switch (target.moment()) {
          case Without _ -> throw new IllegalStateException("left out twice");
          case Latest latest -> latest(source, latest, stretch);
          case AtTime time -> atTime(source, time, stretch, now);
          case AtLsn lsn -> atLsn(source, lsn, lsn.lsn(), stretch);
          case AtPoint point -> atPoint(source, point, stretch);
        };
    return draft.plan() instanceof Reachable reachable
        ? new Draft(reachable.to(target), draft.schemas(), draft.gap())
        : draft;
  }

  private static Draft unreachable(RestorePlan plan) {
    return new Draft(plan, List.of(), Optional.empty());
  }

  private static Draft latest(SourceId source, Latest target, History history) {
    Range range = history.ranges().getLast();
    return reachable(
        source,
        target,
        range,
        range.bases().getLast(),
        range.parts(),
        new StopRule.AtEnd(),
        range.endedBy());
  }

  /** As an LSN, where the history has it on the point's own timeline. */
  private static Draft atPoint(SourceId source, AtPoint target, History history) {
    Position position = target.position();
    Optional<Range> range =
        history.ranges().reversed().stream().filter(it -> it.holds(position)).findFirst();
    if (range.isPresent()) {
      return atLsn(source, target, position.lsn(), new History(List.of(range.get())));
    }
    return history.ranges().reversed().stream()
        .flatMap(it -> it.fork(position).map(left -> orphaned(target, it, left)).stream())
        .findFirst()
        .map(RestorePlanner::unreachable)
        .orElseGet(() -> whyNotThere(source, target, history));
  }

  private static Draft whyNotThere(SourceId source, AtPoint target, History history) {
    Draft elsewhere = atLsn(source, target, target.position().lsn(), history);
    // The same LSN of another timeline or cluster: of the point's own one no base is left.
    return elsewhere.plan() instanceof Reachable
        ? unreachable(new NoBase(target, Optional.of(history.ranges().getFirst().start())))
        : elsewhere;
  }

  private static RestorePlan orphaned(AtPoint target, Range range, Part last) {
    RecoveryPoint before = range.pointAt(last);
    return new Orphaned(target, before.position(), before, range.next(last));
  }

  private static Draft atLsn(SourceId source, RestoreTarget target, Lsn lsn, History history) {
    List<Range> ranges = history.ranges();
    int last = -1;
    // Newest first: within one cluster LSNs only grow along the history that went on, and after a
    // move to another cluster the newer one is meant.
    for (int i = ranges.size() - 1; i >= 0; i--) {
      Range range = ranges.get(i);
      if (lsn.isBefore(range.start().position().lsn())) {
        continue;
      }
      last = Math.max(last, i);
      if (!lsn.isAfter(range.end().position().lsn())) {
        Base base = range.lastBaseWhere(it -> !it.lsn().isAfter(lsn)).orElseThrow();
        List<Part> parts = new ArrayList<>();
        for (Part part : range.parts()) {
          if (!part.after().isBefore(lsn)) {
            break;
          }
          Lsn limit = part.limit().isAfter(lsn) ? lsn : part.limit();
          parts.add(new Part(part.segment(), part.after(), limit));
        }
        return reachable(
            source, target, range, base, parts, new StopRule.AfterLsn(lsn), Optional.empty());
      }
    }
    return unreachable(whyNot(target, history, last));
  }

  private static Draft atTime(SourceId source, AtTime target, History history, Instant now) {
    List<Range> ranges = history.ranges();
    Instant time = target.time();
    if (time.isAfter(now)) {
      return unreachable(new Future(target, ranges.getLast().end()));
    }
    int last = -1;
    for (int i = ranges.size() - 1; i >= 0; i--) {
      Range range = ranges.get(i);
      if (time.isBefore(range.start().time())) {
        continue;
      }
      Optional<Base> base = baseBefore(range, time);
      if (base.isEmpty()) {
        // By the source's clock the target is before this range's first base.
        continue;
      }
      last = Math.max(last, i);
      Optional<Integer> stopsIn = partThatStops(range.parts(), time);
      if (stopsIn.isEmpty() && time.isAfter(range.end().time())) {
        continue;
      }
      List<Part> parts =
          range.parts().subList(0, stopsIn.map(at -> at + 1).orElse(range.parts().size()));
      return reachable(
          source,
          target,
          range,
          base.get(),
          parts,
          new StopRule.BeforeLaterThan(time),
          Optional.empty());
    }
    return unreachable(whyNot(target, history, last));
  }

  /** Index of the first part that surely holds a commit later than {@code time}. */
  private static Optional<Integer> partThatStops(List<Part> parts, Instant time) {
    for (int i = 0; i < parts.size(); i++) {
      Part part = parts.get(i);
      SegmentSealed segment = part.segment();
      boolean firstIsLater =
          segment
              .firstCommit()
              .filter(
                  commit ->
                      commit.time().isAfter(time)
                          && commit.end().isAfter(part.after())
                          && !commit.end().isAfter(part.limit()))
              .isPresent();
      // The latest commit of a piece of a segment may be outside that piece.
      boolean whole = part.after().equals(segment.from()) && !part.cut();
      if (firstIsLater || (whole && mayHoldLaterThan(part, time))) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }

  /**
   * The newest base that surely holds no commit later than {@code time}, not even one that a commit
   * with an earlier time follows.
   */
  private static Optional<Base> baseBefore(Range range, Instant time) {
    Base first = range.bases().getFirst();
    for (Part part : range.parts()) {
      if (mayHoldLaterThan(part, time)) {
        Optional<Base> sure =
            range.lastBaseWhere(base -> holdsNothingLater(range, time, base.lsn(), base.time()));
        // The first base of a range may stand inside a segment: whether the later commit is
        // before or after it only the segment itself tells, and the restore checks it.
        return sure.or(
            () ->
                Optional.of(first)
                    .filter(
                        base -> !base.time().isAfter(time) && base.lsn().isBefore(part.limit())));
      }
    }
    return range.lastBaseWhere(base -> !base.time().isAfter(time));
  }

  /** What was taken at {@code lsn} and {@code taken} surely holds no commit later than a time. */
  private static boolean holdsNothingLater(Range range, Instant time, Lsn lsn, Instant taken) {
    if (taken.isAfter(time)) {
      return false;
    }
    Optional<Part> first =
        range.parts().stream().filter(part -> mayHoldLaterThan(part, time)).findFirst();
    return first.isEmpty()
        || !lsn.isAfter(first.get().after())
        || first
            .get()
            .segment()
            .firstCommit()
            .filter(commit -> commit.time().isAfter(time) && lsn.isBefore(commit.end()))
            .isPresent();
  }

  private static boolean mayHoldLaterThan(Part part, Instant time) {
    return part.segment().latestTime().filter(latest -> latest.isAfter(time)).isPresent();
  }

  private static Draft reachable(
      SourceId source,
      RestoreTarget target,
      Range range,
      Base base,
      List<Part> parts,
      StopRule stop,
      Optional<Hole> openHole) {
    List<Part> needed = new ArrayList<>();
    RecoveryPoint end = new RecoveryPoint(base.entry().position(), base.time());
    for (Part part : parts) {
      if (part.limit().isBefore(base.lsn())) {
        continue;
      }
      RecoveryPoint there = range.pointAt(part);
      end =
          new RecoveryPoint(
              there.position(), there.time().isAfter(end.time()) ? there.time() : end.time());
      if (part.limit().isAfter(base.lsn()) && !part.segment().bodies().isEmpty()) {
        needed.add(new Part(part.segment(), part.after().max(base.lsn()), part.limit()));
      }
    }
    Reachable plan =
        new Reachable(
            source,
            target,
            base.entry(),
            base.manifest(),
            needed,
            stop,
            end,
            List.of(),
            List.of(),
            openHole);
    List<SchemaVersion> reached =
        range.schemas().stream()
            .filter(
                schema -> schema.lsn().isAfter(base.lsn()) && reaches(plan, parts, schema.lsn()))
            .toList();
    List<SchemaVersion> known = reached.stream().filter(schema -> schema.entry().known()).toList();
    Optional<Gap> gap = gap(target, range, reached);
    Map<TableBase, Set<Long>> tables = new LinkedHashMap<>();
    for (Loss loss : range.lossesIn(base.lsn(), at -> reaches(plan, parts, at)).values()) {
      Optional<TableBase> found = range.tableBase(loss, it -> isWithin(plan, range, it));
      if (found.isEmpty()) {
        gap = gap.or(() -> Optional.of(gap(target, range, loss)));
      } else {
        tables.computeIfAbsent(found.get(), it -> new TreeSet<>()).add(loss.table());
      }
    }
    List<TableBase> tableBases =
        tables.entrySet().stream()
            .map(it -> new TableBase(it.getKey().entry(), it.getKey().manifest(), it.getValue()))
            .sorted(Comparator.comparing(TableBase::lsn))
            .toList();
    return new Draft(plan.with(plan.base(), List.of(), tableBases), known, gap);
  }

  /** Whether a plan ends at or after the commit at {@code lsn}, the first one of its segment. */
  private static boolean reaches(Reachable plan, List<Part> parts, Lsn lsn) {
    return switch (plan.stop()) {
      case StopRule.AtEnd _ -> !lsn.isAfter(plan.end().position().lsn());
      case StopRule.AfterLsn(Lsn last) -> !lsn.isAfter(last);
      case StopRule.BeforeLaterThan(Instant time) -> {
        Optional<Part> stops = partThatStops(parts, time).map(parts::get);
        if (stops.isEmpty()) {
          yield !lsn.isAfter(plan.end().position().lsn());
        }
        yield !lsn.isAfter(stops.get().after())
            || (!lsn.isAfter(stops.get().limit())
                && stops
                    .get()
                    .segment()
                    .firstCommit()
                    .filter(commit -> !commit.time().isAfter(time))
                    .isPresent());
      }
    };
  }

  /** Whether a table base surely holds nothing that a plan leaves out. */
  private static boolean isWithin(Reachable plan, Range range, TableBase base) {
    return switch (plan.stop()) {
      case StopRule.AtEnd _ -> !base.lsn().isAfter(plan.end().position().lsn());
      case StopRule.AfterLsn(Lsn last) -> !base.lsn().isAfter(last);
      case StopRule.BeforeLaterThan(Instant time) ->
          !base.lsn().isAfter(plan.end().position().lsn())
              && holdsNothingLater(range, time, base.lsn(), base.entry().snapshotAt());
    };
  }

  /** The definitions at the target may have been changed and not recorded. */
  private static Optional<Gap> gap(RestoreTarget target, Range range, List<SchemaVersion> reached) {
    if (reached.isEmpty() || reached.getLast().entry().known()) {
      return Optional.empty();
    }
    List<SchemaVersion> unknown =
        reached.reversed().stream().takeWhile(schema -> !schema.entry().known()).toList();
    Lsn changed = unknown.getLast().lsn();
    return Optional.of(
        gap(
            target,
            range,
            changed,
            reached.getLast().lsn(),
            "definitions were changed at "
                + changed
                + ", and are not recorded yet or were"
                + " changed again too soon"));
  }

  /** What a table of the target holds is not known. */
  private static Gap gap(RestoreTarget target, Range range, Loss loss) {
    return gap(
        target,
        range,
        loss.at(),
        loss.at(),
        "the rows of table "
            + loss.name()
            + " are not known from "
            + loss.at()
            + " on, until a base of it was taken: "
            + loss.reason());
  }

  private static Gap gap(RestoreTarget target, Range range, Lsn from, Lsn last, String reason) {
    RecoveryPoint before = range.before(from);
    return new Gap(
        target, new Hole(before.position().lsn(), reason), Optional.of(before), range.after(last));
  }

  private static RestorePlan whyNot(RestoreTarget target, History history, int last) {
    List<Range> ranges = history.ranges();
    if (last < 0) {
      return new NoBase(target, Optional.of(ranges.getFirst().start()));
    }
    Range range = ranges.get(last);
    if (last + 1 < ranges.size()) {
      Range next = ranges.get(last + 1);
      Hole hole =
          range
              .endedBy()
              .orElseGet(
                  () ->
                      new Hole(
                          range.end().position().lsn(),
                          "the stream has not reached the next base yet"));
      return new Gap(target, hole, Optional.of(range.end()), Optional.of(next.start()));
    }
    return range
        .endedBy()
        .<RestorePlan>map(hole -> new Gap(target, hole, Optional.of(range.end()), Optional.empty()))
        .orElseGet(() -> new Future(target, range.end()));
  }
}
