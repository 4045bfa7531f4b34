/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Waits for something to become true, and fails the act when it doesn't. */
final class Wait {

  private Wait() {}

  /**
   * @param seen what to say instead of an answer when time is up
   */
  static void until(
      String expected,
      Duration time,
      Path log,
      Callable<Boolean> condition,
      Callable<String> seen) {
    long end = System.nanoTime() + time.toNanos();
    while (true) {
      try {
        if (condition.call()) {
          return;
        }
        if (System.nanoTime() > end) {
          throw new ActFailedException(
              expected + " within " + time.toSeconds() + " s", seen.call(), log);
        }
        Thread.sleep(50);
      } catch (ActFailedException e) {
        throw e;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ActFailedException(expected, "interrupted", log, e);
      } catch (Exception e) {
        throw new ActFailedException(expected, e.toString(), log, e);
      }
    }
  }
}
