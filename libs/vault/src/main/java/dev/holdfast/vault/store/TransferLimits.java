/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/**
 * What all transfers of one region share: bytes a second in each direction, and requests at the
 * same time. One instance serves all stores of a region in a process. Thread-safe.
 */
public final class TransferLimits {

  /** No limits. */
  public static final TransferLimits NONE =
      new TransferLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalInt.empty());

  /** A pause that is too short to be worth a sleep is carried over to the next bytes. */
  private static final long WORTH_SLEEPING = 2_000_000;

  private final Rate up;
  private final Rate down;
  private final Semaphore requests;
  private final boolean any;

  /**
   * @param up bytes a second that are sent
   * @param down bytes a second that are received
   * @param requests at the same time; a read counts until its stream is closed
   */
  public TransferLimits(OptionalLong up, OptionalLong down, OptionalInt requests) {
    up.ifPresent(limit -> positive("bytes a second", limit));
    down.ifPresent(limit -> positive("bytes a second", limit));
    requests.ifPresent(limit -> positive("concurrent requests", limit));
    this.up = new Rate(up);
    this.down = new Rate(down);
    this.requests = new Semaphore(requests.orElse(Integer.MAX_VALUE), true);
    this.any = up.isPresent() || down.isPresent() || requests.isPresent();
  }

  private static void positive(String what, long limit) {
    if (limit < 1) {
      throw new IllegalArgumentException("a limit of " + limit + " " + what + " must be positive");
    }
  }

  boolean any() {
    return any;
  }

  void sent(int bytes) throws IOException {
    up.take(bytes);
  }

  void received(int bytes) throws IOException {
    down.take(bytes);
  }

  void enter(String doing) {
    try {
      requests.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "interrupted while waiting to " + doing, e);
    }
  }

  /** For the way back from a call out, which must not fail. */
  void enterAgain() {
    requests.acquireUninterruptibly();
  }

  void leave() {
    requests.release();
  }

  /** Hands out bytes at a rate; who comes waits for those before. */
  private static final class Rate {
    private final OptionalLong limit;
    private long free = System.nanoTime();

    Rate(OptionalLong limit) {
      this.limit = limit;
    }

    void take(int bytes) throws IOException {
      if (limit.isEmpty() || bytes <= 0) {
        return;
      }
      long pause = reserve(bytes, limit.getAsLong());
      if (pause < WORTH_SLEEPING) {
        return;
      }
      try {
        Thread.sleep(pause / 1_000_000, (int) (pause % 1_000_000));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        InterruptedIOException interrupted = new InterruptedIOException("interrupted");
        interrupted.initCause(e);
        throw interrupted;
      }
    }

    private synchronized long reserve(int bytes, long perSecond) {
      long now = System.nanoTime();
      free = Math.max(free, now) + (long) (bytes * 1e9 / perSecond);
      return free - now;
    }
  }
}
