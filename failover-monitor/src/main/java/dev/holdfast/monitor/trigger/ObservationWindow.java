/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last observations of one metric, oldest first; older than {@code kept} are forgotten. */
public final class ObservationWindow {

  private final Duration kept;
  private final Deque<Observation> observations = new ArrayDeque<>();

  public ObservationWindow(Duration kept) {
    this.kept = kept;
  }

  /** Long enough to judge conditions of up to {@code duration}. */
  public static ObservationWindow fitting(Duration duration, Sampling sampling) {
    return new ObservationWindow(
        duration.plus(sampling.longestGap().multipliedBy(sampling.fewest() + 1L)));
  }

  public synchronized void add(Observation observation) {
    Observation last = observations.peekLast();
    if (last != null && observation.at().isBefore(last.at())) {
      // The clock was set back: what was seen before cannot be put in order with what comes now.
      observations.clear();
    }
    observations.addLast(observation);
    Instant oldest = observation.at().minus(kept);
    while (!observations.isEmpty() && observations.getFirst().at().isBefore(oldest)) {
      observations.removeFirst();
    }
  }

  public synchronized List<Observation> all() {
    return List.copyOf(observations);
  }
}
