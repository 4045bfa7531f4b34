/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How soon somebody may try again to sign in: after a few failures in a row each one more doubles
 * the wait. What lies long back is forgotten, and no more is remembered than fits.
 */
final class SignInLimit {

  static final Duration LONGEST = Duration.ofMinutes(1);
  static final Duration FORGOTTEN_AFTER = Duration.ofMinutes(15);

  private static final int REMEMBERED = 10_000;

  private final int free;
  private final Map<String, Failures> failures =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Failures> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record Failures(int count, Instant last) {}

  /**
   * @param free failures in a row that cost no wait
   */
  SignInLimit(int free) {
    this.free = free;
  }

  /** What is left of the wait of {@code who}; empty when a try is free. */
  synchronized Optional<Duration> wait(String who, Instant now) {
    Failures known = failures.get(who);
    if (known == null || known.last.plus(FORGOTTEN_AFTER).isBefore(now)) {
      return Optional.empty();
    }
    int beyond = known.count - free;
    if (beyond < 0) {
      return Optional.empty();
    }
    Duration whole = Duration.ofSeconds(1L << Math.min(beyond, 6));
    Instant until = known.last.plus(whole.compareTo(LONGEST) > 0 ? LONGEST : whole);
    return Optional.of(Duration.between(now, until)).filter(Duration::isPositive);
  }

  synchronized void failed(String who, Instant now) {
    failures.merge(
        who,
        new Failures(1, now),
        (before, one) ->
            before.last.plus(FORGOTTEN_AFTER).isBefore(now)
                ? one
                : new Failures(before.count + 1, now));
  }

  synchronized void succeeded(String who) {
    failures.remove(who);
  }
}
