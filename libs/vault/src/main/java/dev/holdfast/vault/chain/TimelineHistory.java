/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.Lsn;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way a cluster took through its timelines, and where it left each. */
final class TimelineHistory {

  /** A timeline that was left at {@code end}. */
  private record Left(int timeline, Lsn end) {}

  private final List<Left> left = new ArrayList<>();
  private int latest;

  void fork(TimelineSwitched switched) {
    // A promotion from further back abandons what came after it.
    while (left.stream().anyMatch(each -> each.timeline() == switched.fromTimeline())) {
      left.removeLast();
    }
    left.add(new Left(switched.fromTimeline(), switched.fork()));
    latest = switched.toTimeline();
  }

  /** Whether the cluster's way led through this place; without promotions every place is on it. */
  boolean holds(int timeline, Lsn lsn) {
    if (left.isEmpty() || timeline == latest) {
      return true;
    }
    return end(timeline).map(end -> !lsn.isAfter(end)).orElse(false);
  }

  /** Where {@code timeline} was left; empty when it was not, or never taken. */
  Optional<Lsn> end(int timeline) {
    return left.stream().filter(each -> each.timeline() == timeline).map(Left::end).findFirst();
  }
}
