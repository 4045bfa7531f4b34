/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What has kept a region from being copied to, and since when.
 *
 * @param since first of the failures that nothing but failures followed
 * @param failures in a row
 * @param object that the last one was about, such as {@code
 *     sources/main/chain/0000000000000007.json}
 * @param alerted whether people were told
 */
public record Trouble(Instant since, int failures, String object, String reason, boolean alerted) {

  private static final Duration SHORTEST = Duration.ofMillis(500);
  private static final Duration LONGEST = Duration.ofSeconds(30);

  static Trouble after(Optional<Trouble> before, String object, String reason, Instant now) {
    return before
        .map(last -> new Trouble(last.since, last.failures + 1, object, reason, last.alerted))
        .orElseGet(() -> new Trouble(now, 1, object, reason, false));
  }

  Trouble told() {
    return new Trouble(since, failures, object, reason, true);
  }

  /** Whether this failure says something that the one before did not. */
  boolean isNews(Optional<Trouble> before) {
    return before
        .filter(last -> last.object.equals(object) && last.reason.equals(reason))
        .isEmpty();
  }

  boolean callsForPeople(Instant now, Duration alertAfter) {
    return !alerted && !Duration.between(since, now).minus(alertAfter).isNegative();
  }

  /** How long to wait before the next try: grows, with jitter. */
  Duration pause(RandomGenerator random) {
    long most = Math.min(LONGEST.toMillis(), SHORTEST.toMillis() << Math.min(failures, 10));
    return Duration.ofMillis(random.nextLong(most / 2, most + 1));
  }
}
