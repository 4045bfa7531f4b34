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
 * How many requests an account may make: a bucket each, which holds a minute's and fills up evenly.
 */
final class RequestLimit {

  private static final int REMEMBERED = 10_000;
  private static final double NANOS_OF_MINUTE = Duration.ofMinutes(1).toNanos();

  private final int perMinute;
  private final Map<String, Bucket> buckets =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
          return size() > REMEMBERED;
        }
      };

  private record Bucket(double left, Instant at) {}

  RequestLimit(int perMinute) {
    if (perMinute < 1) {
      throw new IllegalArgumentException(
          "holdfast.access.requests-per-minute is %d: use 1 or more".formatted(perMinute));
    }
    this.perMinute = perMinute;
  }

  /** Takes one; empty when there was one, else how long until there is. */
  synchronized Optional<Duration> take(String account, Instant now) {
    Bucket before = buckets.getOrDefault(account, new Bucket(perMinute, now));
    double filled =
        Math.max(0, Duration.between(before.at, now).toNanos()) / NANOS_OF_MINUTE * perMinute;
    double left = Math.min(perMinute, before.left + filled);
    if (left < 1) {
      buckets.put(account, new Bucket(left, now));
      return Optional.of(Duration.ofNanos((long) ((1 - left) / perMinute * NANOS_OF_MINUTE)));
    }
    buckets.put(account, new Bucket(left - 1, now));
    return Optional.empty();
  }
}
