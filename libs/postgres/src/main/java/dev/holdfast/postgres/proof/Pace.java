/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import dev.holdfast.postgres.PostgresException;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Keeps readers together below a number of bytes a second, and ends them when they take too long: a
 * source's server has other things to do, and a snapshot keeps it from clearing up.
 */
public final class Pace {

  /** Waits. */
  interface Sleeper {
    void sleep(long nanos) throws InterruptedException;
  }

  /** Shorter waits are saved up. */
  private static final long LEAST_WAIT = 20_000_000;

  private final long bytesPerSecond;
  private final long mostNanos;
  private final LongSupplier nanos;
  private final Sleeper sleeper;
  private final long start;
  private long taken;

  /**
   * @param bytesPerSecond at most, of rows as {@code COPY} text
   * @param most after this long readers fail
   */
  public Pace(long bytesPerSecond, Duration most) {
    this(bytesPerSecond, most, System::nanoTime, n -> Thread.sleep(Duration.ofNanos(n)));
  }

  Pace(long bytesPerSecond, Duration most, LongSupplier nanos, Sleeper sleeper) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException("bytesPerSecond " + bytesPerSecond + " must be positive");
    }
    this.bytesPerSecond = bytesPerSecond;
    this.mostNanos = most.toNanos();
    this.nanos = nanos;
    this.sleeper = sleeper;
    this.start = nanos.getAsLong();
  }

  /** Says that so many bytes were read; returns when more may be. */
  public void read(long bytes) {
    long wait;
    synchronized (this) {
      taken += bytes;
      long passed = nanos.getAsLong() - start;
      if (passed > mostNanos) {
        throw new PostgresException(
            PostgresException.Reason.FAILED,
            null,
            "reading the source was given up after "
                + Duration.ofNanos(mostNanos).toSeconds()
                + " s: its snapshot keeps the server from clearing up",
            "let it read faster (holdfast.capture.proof-rate, proof-parallelism), or longer"
                + " (proof-most)");
      }
      wait = (long) (1e9 * taken / bytesPerSecond) - passed;
    }
    if (wait >= LEAST_WAIT) {
      try {
        sleeper.sleep(wait);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PostgresException(
            PostgresException.Reason.FAILED, null, "reading the source was interrupted", "", e);
      }
    }
  }
}
