/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tries until the store has taken something, however long it is away. Waits grow to {@link
 * #LONGEST}, with jitter. Whoever waits is shown as trouble until everything has come through.
 */
public final class StoreRetry {

  private static final Logger LOG = LoggerFactory.getLogger(StoreRetry.class);
  private static final Duration SHORTEST = Duration.ofMillis(200);
  private static final Duration LONGEST = Duration.ofSeconds(10);

  private final Consumer<Optional<StoreException>> trouble;
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param trouble told of every failure, and with empty when all that failed has come through
   */
  public StoreRetry(Consumer<Optional<StoreException>> trouble) {
    this.trouble = trouble;
  }

  /** Returns what {@code work} returns as soon as it does not fail for the store's sake. */
  public <T> T untilStored(String doing, Supplier<T> work) throws InterruptedException {
    int failures = 0;
    try {
      while (true) {
        try {
          return work.get();
        } catch (StoreException e) {
          failures++;
          if (failures == 1) {
            waiting.incrementAndGet();
          }
          trouble.accept(Optional.of(e));
          Duration pause = pause(failures, ThreadLocalRandom.current().nextDouble());
          if (Integer.bitCount(failures) == 1) {
            LOG.warn(
                "{} failed ({}. time), trying again in {} ms: {}",
                doing,
                failures,
                pause.toMillis(),
                e.getMessage());
          }
          Thread.sleep(pause);
        }
      }
    } finally {
      if (failures > 0 && waiting.decrementAndGet() == 0) {
        trouble.accept(Optional.empty());
      }
    }
  }

  static Duration pause(int failures, double random) {
    long most =
        Math.min(
            LONGEST.toMillis(), SHORTEST.toMillis() << Math.min(Math.max(failures - 1, 0), 20));
    return Duration.ofMillis((long) (most * (0.5 + random / 2)));
  }
}
