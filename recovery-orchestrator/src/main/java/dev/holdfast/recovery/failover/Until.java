/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.failover;

import dev.holdfast.postgres.PostgresException;
import java.time.Duration;
import java.util.function.Supplier;

/** Trying again until something works or its time is over. */
final class Until {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private Until() {}

  /**
   * Whether {@code condition} came true in time. A server that cannot be asked is asked again; the
   * last such failure is thrown when time is over.
   */
  static boolean holds(Duration time, Supplier<Boolean> condition) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    while (true) {
      try {
        if (condition.get()) {
          return true;
        }
        if (System.nanoTime() > end) {
          return false;
        }
      } catch (PostgresException e) {
        if (System.nanoTime() > end) {
          throw e;
        }
      }
      Thread.sleep(PAUSE);
    }
  }
}
