/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.model.Lsn;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Which moment a position covers. A probe is a moment by the worker's clock and a log position read
 * <em>after</em> it: whatever was committed before the moment ends at or before the position. So
 * once the stream has passed the position, it holds everything that was committed before the
 * moment, whatever the clocks of source and commits say.
 */
public final class Coverage {

  private static final int MOST = 10_000;

  private record Probe(Instant at, Lsn end) {}

  /** By moment; positions never shrink. */
  private final Deque<Probe> probes = new ArrayDeque<>();

  private Instant covered;

  public Coverage(Instant covered) {
    this.covered = covered;
  }

  /** Notes that everything committed before {@code at} ends at or before {@code end}. */
  public synchronized void probed(Instant at, Lsn end) {
    if (!probes.isEmpty() && probes.getLast().at().isAfter(at)) {
      // Answers overtook each other: the later moment says more.
      return;
    }
    while (!probes.isEmpty() && !probes.getLast().end().isBefore(end)) {
      // A later moment with no later position makes the earlier one pointless.
      probes.removeLast();
    }
    probes.addLast(new Probe(at, end));
    if (probes.size() > MOST) {
      // The stream is far behind; the newest ones are reached last.
      probes.removeLast();
    }
  }

  /** The newest moment before which everything committed ends at or before {@code position}. */
  public synchronized Instant coveredBy(Lsn position) {
    while (!probes.isEmpty() && !probes.getFirst().end().isAfter(position)) {
      Probe passed = probes.removeFirst();
      if (passed.at().isAfter(covered)) {
        covered = passed.at();
      }
    }
    return covered;
  }
}
