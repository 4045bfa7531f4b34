/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * How long a restore still takes: what is left of the estimate, as much faster or slower as what is
 * done went. Not thread-safe.
 */
final class TimeLeft {

  /** Less of the estimate tells nothing yet. */
  private static final double ENOUGH = 0.05;

  private final RestoreEstimate estimate;
  private Phase phase = Phase.CHANGES;
  private double tookBefore;
  private double begun;

  /**
   * @param now in seconds, from anywhere
   */
  TimeLeft(RestoreEstimate estimate, double now) {
    this.estimate = estimate;
    this.begun = now;
  }

  void enter(Phase next, double now) {
    tookBefore += now - begun;
    phase = next;
    begun = now;
  }

  /**
   * @param part of the phase at hand that is done, 0 to 1; 0 when nobody knows
   * @return empty when it is too early to say
   */
  Optional<Duration> at(double part, double now) {
    double expectedBefore =
        Arrays.stream(Phase.values())
            .filter(earlier -> earlier.compareTo(phase) < 0)
            .mapToDouble(estimate::of)
            .sum();
    double expected = estimate.of(phase);
    double took = now - begun;
    double done = expectedBefore + part * expected;
    if (done < ENOUGH * estimate.all()) {
      return Optional.empty();
    }
    double later = estimate.all() - expectedBefore - expected;
    double left;
    if (part > 0) {
      left = (tookBefore + took) / done * ((1 - part) * expected + later);
    } else {
      double factor = tookBefore / done;
      left = Math.max(0, factor * expected - took) + factor * later;
    }
    return Optional.of(Duration.ofSeconds(Math.round(left)));
  }
}
