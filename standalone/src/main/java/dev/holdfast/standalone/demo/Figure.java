/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

/**
 * A measured figure beside its objective.
 *
 * @param value as people read it
 * @param objective as people read it; "-" where nothing is promised
 */
public record Figure(String name, String value, String objective, boolean held) {

  static Figure atMost(String name, double seconds, double objective) {
    return new Figure(
        name, seconds(seconds), "at most " + seconds(objective), seconds <= objective);
  }

  static Figure exactly(String name, long value, long objective) {
    return new Figure(name, Long.toString(value), Long.toString(objective), value == objective);
  }

  static Figure atLeast(String name, long value, long objective) {
    return new Figure(name, Long.toString(value), "at least " + objective, value >= objective);
  }

  static String seconds(double value) {
    return String.format(java.util.Locale.ROOT, "%.2f s", value);
  }
}
