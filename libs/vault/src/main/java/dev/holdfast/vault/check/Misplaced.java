/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.check.Finding.Severity;
import dev.holdfast.vault.store.ObjectKey;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Objects that hold the bytes of others, and what that comes to. Thread-safe. */
final class Misplaced {

  private final Severity severity;
  private final Map<ObjectKey, ObjectKey> holds = new ConcurrentHashMap<>();

  /**
   * @param severity of all of them
   */
  Misplaced(Severity severity) {
    this.severity = severity;
  }

  /** The object {@code place} holds the bytes of {@code owner}. */
  void add(ObjectKey place, ObjectKey owner) {
    if (holds.size() < Findings.MOST) {
      holds.put(place, owner);
    }
  }

  void report(Findings findings) {
    holds.forEach(
        (place, owner) ->
            findings.add(
                new Finding(severity, tampering(place, owner), place, Optional.of(owner), "")));
  }

  private Tampering tampering(ObjectKey place, ObjectKey owner) {
    if (place.equals(holds.get(owner))) {
      return Tampering.SWAPPED;
    }
    ObjectKey at = owner;
    for (int step = 0; step < holds.size(); step++) {
      ObjectKey next = holds.get(at);
      if (next == null) {
        return Tampering.DUPLICATED;
      }
      if (next.equals(place)) {
        return Tampering.REORDERED;
      }
      at = next;
    }
    return Tampering.DUPLICATED;
  }
}
