/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * A region's store as the copies of other regions read it: it waits for an answer for a while only,
 * and then every request fails at once until the store answers again. So a region that swallows
 * requests holds no other region up. Never writes. Thread-safe.
 */
final class PatientStore implements ObjectStore {

  private static final Logger LOG = Logger.getLogger(PatientStore.class);
  private static final Duration BETWEEN_PROBES = Duration.ofSeconds(1);

  private final ObjectStore store;
  private final Duration patience;

  /** Asks until the store answers; as long as it runs the store is passed over. */
  private final AtomicReference<@Nullable Thread> probe = new AtomicReference<>();

  PatientStore(ObjectStore store, Duration patience) {
    this.store = store;
    this.patience = patience;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    throw new UnsupportedOperationException("the copies of other regions only read");
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return answer(
        () -> store.open(key), new LimitedCall<>(late -> late.ifPresent(PatientStore::discard)));
  }

  @Override
  public Optional<InputStream> open(ObjectKey key, long offset) {
    return answer(
        () -> store.open(key, offset),
        new LimitedCall<>(late -> late.ifPresent(PatientStore::discard)));
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    return answer(() -> store.stat(key), new LimitedCall<>(late -> {}));
  }

  /** Waits as long as the listing goes on. */
  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    LimitedCall<Boolean> call = new LimitedCall<>(late -> {});
    answer(
        () -> {
          store.list(prefix, startAfter, stat -> call.handOut(() -> each.accept(stat)));
          return true;
        },
        call);
  }

  @Override
  public void delete(ObjectKey key) {
    throw new UnsupportedOperationException("the copies of other regions only read");
  }

  @Override
  public String describe() {
    return store.describe();
  }

  /** Stops asking; the store itself stays open. */
  @Override
  public void close() {
    Thread running = probe.get();
    if (running != null) {
      running.interrupt();
    }
  }

  private <T> T answer(Supplier<T> request, LimitedCall<T> call) {
    if (probe.get() != null) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE,
          describe() + " did not answer; it is passed over until it does",
          null);
    }
    try {
      return call.run(request, patience, describe());
    } catch (StoreException e) {
      if (e.retryable() && !Thread.currentThread().isInterrupted()) {
        passOver(e);
      }
      throw e;
    }
  }

  private void passOver(StoreException because) {
    Thread asking =
        Thread.ofVirtual().name("probe-" + describe()).unstarted(this::askUntilItAnswers);
    if (probe.compareAndSet(null, asking)) {
      LOG.warnf(
          "other regions do without %s until it answers: %s", describe(), because.getMessage());
      asking.start();
    }
  }

  private void askUntilItAnswers() {
    try {
      while (!answers()) {
        Thread.sleep(BETWEEN_PROBES);
      }
      LOG.infof("%s answers again", describe());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      probe.set(null);
    }
  }

  private boolean answers() {
    try {
      store.stat(VaultLayout.marker());
      return true;
    } catch (StoreException e) {
      // A store that refuses has answered; why, the next request says.
      return !e.retryable();
    }
  }

  private static void discard(InputStream unread) {
    try {
      unread.close();
    } catch (IOException e) {
      LOG.debugf(e, "an answer that came too late does not close");
    }
  }
}
