/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.check.Finding.Severity;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Collects findings: all are counted, the first of each severity are kept, so that a ruined vault
 * does not exhaust the memory; first in their order, whichever was found first. Thread-safe.
 */
final class Findings {

  static final int MOST = 10_000;

  /** The last in order comes off first. */
  private final Map<Severity, PriorityQueue<Finding>> kept = new EnumMap<>(Severity.class);

  private final Map<Severity, Long> counts = new EnumMap<>(Severity.class);

  synchronized void add(Finding finding) {
    PriorityQueue<Finding> same =
        kept.computeIfAbsent(
            finding.severity(), severity -> new PriorityQueue<>(Finding.ORDER.reversed()));
    same.add(finding);
    if (same.size() > MOST) {
      same.remove();
    }
    counts.merge(finding.severity(), 1L, Long::sum);
  }

  synchronized long count(Severity severity) {
    return counts.getOrDefault(severity, 0L);
  }

  /** In their order. */
  synchronized List<Finding> kept() {
    return kept.values().stream().flatMap(Collection::stream).sorted(Finding.ORDER).toList();
  }
}
