/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import java.time.Duration;

/**
 * How long to wait before the next attempt: growing, with jitter, longer where a person is asked.
 */
final class Pauses {

  private static final Duration SHORTEST = Duration.ofMillis(200);

  private final Duration most;
  private int failures;

  Pauses(Duration most) {
    this.most = most;
  }

  /** The stream ran and ended: the first try to come back is quick. */
  void succeeded() {
    failures = 0;
  }

  Duration next(CaptureState state, double random) {
    failures++;
    Duration ceiling = state instanceof CaptureState.Failed ? most : most.dividedBy(10);
    return of(failures, ceiling, random);
  }

  static Duration of(int failures, Duration ceiling, double random) {
    long grown = SHORTEST.toMillis() << Math.min(Math.max(failures - 1, 0), 20);
    return Duration.ofMillis((long) (Math.min(ceiling.toMillis(), grown) * (0.5 + random / 2)));
  }
}
