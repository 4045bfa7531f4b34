/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import java.util.ArrayDeque;
import java.util.Deque;

/** The newest sealed segments, to count what a promotion orphans. */
final class SealedCommits {

  private static final int MOST = 5_000;

  private record Part(Lsn from, Lsn through, long transactions) {}

  private final Deque<Part> parts = new ArrayDeque<>();

  synchronized void sealed(SegmentSealed segment) {
    if (segment.transactions() == 0) {
      return;
    }
    parts.addLast(new Part(segment.from(), segment.through(), segment.transactions()));
    if (parts.size() > MOST) {
      parts.removeFirst();
    }
  }

  /**
   * Transactions that were sealed beyond {@code fork}. Exact but for the one segment that the fork
   * cuts, which counts in full: which of its commits are beyond, only its content tells.
   */
  synchronized long beyond(Lsn fork) {
    return parts.stream()
        .filter(part -> part.through().isAfter(fork))
        .mapToLong(Part::transactions)
        .sum();
  }

  synchronized void clear() {
    parts.clear();
  }
}
