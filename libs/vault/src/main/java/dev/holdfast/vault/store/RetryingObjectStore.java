/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreListener.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an unavailable store again, a few times, with random pauses that grow. A repeated put may
 * find the object that an earlier try stored although its answer was lost: then it says EXISTS, as
 * the port allows, and the caller compares the bytes. A repeated begin of an upload in parts may
 * leave one behind that nobody completes; such are found and aborted later.
 */
final class RetryingObjectStore extends AroundObjectStore {

  private static final Logger LOG = LoggerFactory.getLogger(RetryingObjectStore.class);
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  private final ObjectStore store;
  private final Pause pause;

  /** Waits between two tries. */
  interface Pause {
    void between(int attempt) throws InterruptedException;
  }

  RetryingObjectStore(ObjectStore store) {
    this(store, RetryingObjectStore::sleep);
  }

  RetryingObjectStore(ObjectStore store, Pause pause) {
    super(store);
    this.store = store;
    this.pause = pause;
  }

  @Override
  <T> T around(Operation operation, String doing, long bytes, Supplier<T> request) {
    return retrying(request);
  }

  /** A listing that breaks off goes on after the last object that was handed out. */
  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    List<ObjectKey> last = new ArrayList<>(1);
    startAfter.ifPresent(last::add);
    retrying(
        () -> {
          store.list(
              prefix,
              last.stream().findFirst(),
              stat -> {
                each.accept(stat);
                last.clear();
                last.add(stat.key());
              });
          return true;
        });
  }

  private <T> T retrying(Supplier<T> operation) {
    for (int attempt = 1; ; attempt++) {
      try {
        return operation.get();
      } catch (StoreException e) {
        if (!e.retryable() || attempt == ATTEMPTS || Thread.currentThread().isInterrupted()) {
          throw e;
        }
        LOG.debug("try {} of {} failed, trying again: {}", attempt, ATTEMPTS, e.getMessage());
        try {
          pause.between(attempt);
        } catch (InterruptedException interrupted) {
          Thread.currentThread().interrupt();
          throw e;
        }
      }
    }
  }

  private static void sleep(int attempt) throws InterruptedException {
    long most = FIRST_PAUSE.toMillis() << attempt;
    Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}
