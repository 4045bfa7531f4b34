/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import java.time.Duration;

/**
 * How often a metric is looked at, and so how much silence is too much.
 *
 * @param interval planned time between two looks
 * @param longestGap a longer time between two observations is silence: nothing is known of it
 * @param fewest observations that a decision needs at least, however short its duration
 */
public record Sampling(Duration interval, Duration longestGap, int fewest) {

  public Sampling {
    if (!interval.isPositive()) {
      throw new IllegalArgumentException("interval " + interval + " must be positive");
    }
    if (longestGap.compareTo(interval) < 0) {
      throw new IllegalArgumentException(
          "longest gap " + longestGap + " must not be shorter than the interval " + interval);
    }
    if (fewest < 2) {
      throw new IllegalArgumentException("fewest observations " + fewest + " must be at least 2");
    }
  }

  /**
   * Three observations at least; a gap of two intervals plus what the slowest look may take is
   * still no silence.
   */
  public static Sampling every(Duration interval, Duration slowestLook) {
    return new Sampling(interval, interval.multipliedBy(2).plus(slowestLook), 3);
  }
}
