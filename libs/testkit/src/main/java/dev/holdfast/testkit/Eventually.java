/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * Waiting on a condition, never for a time.
 *
 * <p>{@code Eventually.within(Duration.ofSeconds(10)).is("the segment is sealed", () ->
 * chain.size() == 1)} or, with assertions that may fail at first, {@code .asserted(() ->
 * assertThat(…)…)}.
 */
public final class Eventually {

  private static final Duration PAUSE = Duration.ofMillis(25);

  /** Assertions that may fail for a while. */
  @FunctionalInterface
  public interface Assertions {
    void run() throws Exception;
  }

  private final Duration within;

  private Eventually(Duration within) {
    this.within = within;
  }

  public static Eventually within(Duration time) {
    return new Eventually(time);
  }

  /** Within 30 seconds. */
  public static Eventually soon() {
    return new Eventually(Duration.ofSeconds(30));
  }

  /** Returns once the condition holds; fails naming {@code what} when it doesn't in time. */
  public void is(String what, Callable<Boolean> condition) {
    asserted(
        () -> {
          if (!condition.call()) {
            throw new AssertionError("not so: " + what);
          }
        });
  }

  /**
   * Returns the first value that isn't null; fails naming {@code what} when there is none in time.
   */
  public <T> T get(String what, Callable<@Nullable T> supplier) {
    var holder = new Object[1];
    asserted(
        () -> {
          holder[0] = supplier.call();
          if (holder[0] == null) {
            throw new AssertionError("not there: " + what);
          }
        });
    @SuppressWarnings("unchecked")
    T value = (T) holder[0];
    return value;
  }

  /** Returns once the assertions pass; fails with their last failure when they don't in time. */
  public void asserted(Assertions assertions) {
    long end = System.nanoTime() + within.toNanos();
    while (true) {
      try {
        assertions.run();
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting", e);
      } catch (Exception | AssertionError e) {
        if (System.nanoTime() > end) {
          throw new AssertionError("Still failing after " + within + ": " + e.getMessage(), e);
        }
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError("Interrupted while waiting", e);
      }
    }
  }
}
