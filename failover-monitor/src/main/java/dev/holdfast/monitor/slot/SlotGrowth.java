/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/** How fast the log behind a slot grew over the last minutes. */
final class SlotGrowth {

  private static final Duration WINDOW = Duration.ofMinutes(10);

  private record Look(Instant at, long retained) {}

  private final Deque<Look> looks = new ArrayDeque<>();

  void add(Instant at, long retained) {
    looks.addLast(new Look(at, retained));
    while (looks.getFirst().at().isBefore(at.minus(WINDOW))) {
      looks.removeFirst();
    }
  }

  void clear() {
    looks.clear();
  }

  /** Bytes a second; 0 while it does not grow or too little is known. */
  double perSecond() {
    if (looks.size() < 2) {
      return 0;
    }
    Look first = looks.getFirst();
    Look last = looks.getLast();
    double seconds = Duration.between(first.at(), last.at()).toMillis() / 1000.0;
    return seconds <= 0 ? 0 : Math.max(0, (last.retained() - first.retained()) / seconds);
  }

  /** When {@code left} more bytes will have been written, if it goes on like this. */
  Optional<Duration> until(long left) {
    double perSecond = perSecond();
    return perSecond < 1
        ? Optional.empty()
        : Optional.of(Duration.ofSeconds((long) (left / perSecond)));
  }
}
