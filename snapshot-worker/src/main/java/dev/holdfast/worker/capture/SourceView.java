/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.ReplicationConnection.TimelineEnd;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import java.util.List;
import java.util.Optional;

/**
 * What the source shows of itself before streaming begins.
 *
 * @param flushed how far its log is written
 * @param history timelines that its own descends from, oldest first
 * @param slot our slot, if there is one
 * @param promotion what an orchestrator noted when it promoted this server
 * @param quietBeforeFork whether no transaction was committed between the chain's tip and the fork;
 *     empty when nobody can tell
 */
record SourceView(
    String systemId,
    int timeline,
    Lsn flushed,
    List<TimelineEnd> history,
    Optional<SlotState> slot,
    Optional<Promotion> promotion,
    Optional<Boolean> quietBeforeFork) {

  /**
   * @param xidsBetween transactions that got an id after the promotion and before the slot was
   *     created: 0 proves that none is missing from the slot's stream
   */
  record Promotion(int timeline, Lsn fork, long xidsBetween) {}

  /** Where {@code older} ended and the next timeline of this server's history began. */
  Optional<Lsn> forkOf(int older) {
    return history.stream()
        .filter(end -> end.timeline() == older)
        .map(TimelineEnd::end)
        .findFirst();
  }

  /** This server's timeline left {@code older} directly. */
  boolean isChildOf(int older) {
    return !history.isEmpty() && history.getLast().timeline() == older;
  }
}
