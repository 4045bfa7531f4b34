/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Decides whether a failed message is tried again, and when. */
record RetryPolicy(
    int attempts,
    Duration firstDelay,
    Duration longestDelay,
    Duration outage,
    List<OutageSign> signs) {

  sealed interface Decision {
    record Again(Duration after) implements Decision {}

    record GiveUp(String reason) implements Decision {}
  }

  static RetryPolicy of(MessagingConfig.Retry config, List<OutageSign> signs) {
    return new RetryPolicy(
        config.attempts(), config.firstDelay(), config.longestDelay(), config.outage(), signs);
  }

  /**
   * @param attempt number of the attempt that failed, from 1
   * @param tryingFor time since the first attempt began
   */
  Decision after(int attempt, Duration tryingFor, Throwable failure, RandomGenerator random) {
    boolean away = isOutage(failure);
    if (away ? tryingFor.compareTo(outage) >= 0 : attempt >= attempts) {
      return new Decision.GiveUp(away ? "outage-too-long" : "handler-failed");
    }
    Duration most = firstDelay.multipliedBy(1L << Math.min(attempt - 1, 20));
    if (most.compareTo(longestDelay) > 0) {
      most = longestDelay;
    }
    // Half fixed, half random: never at once, and never all consumers together.
    return new Decision.Again(
        most.dividedBy(2).plusNanos(random.nextLong(most.dividedBy(2).toNanos() + 1)));
  }

  private boolean isOutage(Throwable failure) {
    Set<Throwable> seen = new HashSet<>();
    for (@Nullable Throwable t = failure; t != null && seen.add(t); t = t.getCause()) {
      if (t instanceof IOException || t instanceof TimeoutException) {
        return true;
      }
      Throwable current = t;
      if (signs.stream().anyMatch(sign -> sign.isOutage(current))) {
        return true;
      }
    }
    return false;
  }
}
