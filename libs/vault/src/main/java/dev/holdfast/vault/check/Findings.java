/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.check.Finding.Severity;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Collects findings: all are counted, so many of each severity are kept, so that a ruined vault
 * does not exhaust the memory. Thread-safe.
 */
final class Findings {

  static final int MOST = 10_000;

  private final Map<Severity, List<Finding>> kept = new EnumMap<>(Severity.class);
  private final Map<Severity, Long> counts = new EnumMap<>(Severity.class);

  synchronized void add(Finding finding) {
    List<Finding> same = kept.computeIfAbsent(finding.severity(), severity -> new ArrayList<>());
    if (same.size() < MOST) {
      same.add(finding);
    }
    counts.merge(finding.severity(), 1L, Long::sum);
  }

  synchronized long count(Severity severity) {
    return counts.getOrDefault(severity, 0L);
  }

  /** In their order. */
  synchronized List<Finding> kept() {
    return kept.values().stream().flatMap(List::stream).sorted(Finding.ORDER).toList();
  }
}
