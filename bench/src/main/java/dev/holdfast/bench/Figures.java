/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** What one thing took, over several runs. */
final class Figures {

  private final String name;
  private final List<Double> seconds = new ArrayList<>();

  Figures(String name) {
    this.name = name;
  }

  void add(Duration took) {
    seconds.add(took.toNanos() / 1e9);
  }

  /** The first run warms caches and is not counted. */
  void addAfterFirst(int run, Duration took) {
    if (run > 0) {
      add(took);
    }
  }

  double median() {
    return quantile(0.5);
  }

  /** Nearest rank. */
  double quantile(double q) {
    List<Double> sorted = new ArrayList<>(seconds);
    Collections.sort(sorted);
    return sorted.get(Math.max(0, (int) Math.ceil(q * sorted.size()) - 1));
  }

  String row() {
    return String.format(
        Locale.ROOT,
        "%-44s %8.2f s %8.2f s %8.2f s   %d runs",
        name,
        quantile(0),
        median(),
        quantile(1),
        seconds.size());
  }

  static String header() {
    return String.format(Locale.ROOT, "%-44s %10s %10s %10s", "", "min", "median", "max");
  }

  /** For what takes less than a second. */
  String millis() {
    return String.format(
        Locale.ROOT,
        "%-60s %8.1f ms %8.1f ms %8.1f ms   %d runs",
        name,
        1000 * median(),
        1000 * quantile(0.99),
        1000 * quantile(1),
        seconds.size());
  }

  static String percentiles() {
    return String.format(Locale.ROOT, "%-60s %11s %11s %11s", "", "p50", "p99", "max");
  }

  /** How much longer {@code a} took than {@code b}. */
  static String ratio(String name, Figures a, Figures b) {
    return String.format(Locale.ROOT, "%-44s %8.2f (medians)", name, a.median() / b.median());
  }
}
