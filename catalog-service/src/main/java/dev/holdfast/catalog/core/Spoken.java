/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import java.time.Duration;

/** Durations as people say them, in their two largest units. */
final class Spoken {

  private Spoken() {}

  static String of(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 60) {
      return seconds + " s";
    }
    if (seconds < 3600) {
      return two(seconds / 60, "min", seconds % 60, "s");
    }
    if (seconds < 86_400) {
      return two(seconds / 3600, "h", seconds % 3600 / 60, "min");
    }
    return two(seconds / 86_400, "d", seconds % 86_400 / 3600, "h");
  }

  private static String two(long many, String unit, long rest, String smaller) {
    return rest == 0
        ? "%d %s".formatted(many, unit)
        : "%d %s %d %s".formatted(many, unit, rest, smaller);
  }
}
