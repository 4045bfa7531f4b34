/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** One blocking request that its caller waits for only so long. */
final class LimitedCall<T> {

  private final Consumer<T> discard;
  private final CompletableFuture<T> answer = new CompletableFuture<>();

  /** Held while a part is handed out: when the caller has left, nothing reaches it any more. */
  private final ReentrantLock lock = new ReentrantLock();

  private long parts;

  /**
   * @param discard takes an answer that came too late
   */
  LimitedCall(Consumer<T> discard) {
    this.discard = discard;
  }

  /**
   * @param patience how long to wait without an answer, or for the next part of it
   * @param place for messages: who is asked
   */
  T run(Supplier<T> request, Duration patience, String place) {
    Thread asking = Thread.ofVirtual().name("ask-" + place).start(() -> ask(request));
    long seen = 0;
    while (true) {
      try {
        return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        seen = leaveUnlessMoreThan(seen, place + " has not answered for " + patience);
      } catch (ExecutionException e) {
        asking.interrupt(); // it may still wait
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) Objects.requireNonNull(e.getCause());
      } catch (InterruptedException e) {
        leaveUnlessMoreThan(Long.MAX_VALUE, "the wait for " + place + " was interrupted");
        asking.interrupt();
        Thread.currentThread().interrupt();
        throw new StoreException(
            StoreException.Reason.UNAVAILABLE, "the wait for " + place + " was interrupted", e);
      }
    }
  }

  /** Hands out a part of the answer, unless the caller has left. */
  void handOut(Runnable part) {
    lock.lock();
    try {
      if (answer.isDone()) {
        throw new StoreException(
            StoreException.Reason.UNAVAILABLE, "nobody waits for this any more", null);
      }
      parts++;
      part.run();
    } finally {
      lock.unlock();
    }
  }

  private void ask(Supplier<T> request) {
    T value;
    try {
      value = request.get();
    } catch (RuntimeException | Error e) {
      answer.completeExceptionally(e);
      return;
    }
    if (!answer.complete(value)) {
      discard.accept(value);
    }
  }

  /** Gives the answer up unless there are more parts by now; how many there are. */
  private long leaveUnlessMoreThan(long seen, String because) {
    lock.lock();
    try {
      if (parts <= seen) {
        answer.completeExceptionally(
            new StoreException(StoreException.Reason.UNAVAILABLE, because, null));
      }
      return parts;
    } finally {
      lock.unlock();
    }
  }
}
