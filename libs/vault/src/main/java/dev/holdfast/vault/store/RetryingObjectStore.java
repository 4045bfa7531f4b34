/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreListener.Operation;
import java.io.IOException;
import java.io.InputStream;
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
 * Asks an unavailable store again, a few times, with random pauses that grow. A read or a listing
 * that breaks off goes on where it was. A repeated put may find the object that an earlier try
 * stored although its answer was lost: then it says EXISTS, as the port allows, and the caller
 * compares the bytes. A repeated begin of an upload in parts may leave one behind that nobody
 * completes; such are found and aborted later.
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

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return open(key, 0);
  }

  @Override
  public Optional<InputStream> open(ObjectKey key, long offset) {
    return once(key, offset).map(in -> new ResumedReading(key, offset, in));
  }

  private Optional<InputStream> once(ObjectKey key, long offset) {
    return retrying(() -> offset == 0 ? store.open(key) : store.open(key, offset));
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

  /**
   * Asks for the rest when the store breaks off, as long as each answer brings at least a byte.
   * That the rest is of the same object its reader finds out: all bytes of a vault have a hash or a
   * signature that covers the whole.
   */
  private final class ResumedReading extends InputStream {
    private final ObjectKey key;
    private InputStream in;
    private long position;
    private int broken;

    ResumedReading(ObjectKey key, long offset, InputStream in) {
      this.key = key;
      this.position = offset;
      this.in = in;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      while (true) {
        try {
          int read = in.read(bytes, offset, count);
          position += Math.max(0, read);
          broken = 0;
          return read;
        } catch (IOException e) {
          resume(e);
        }
      }
    }

    private void resume(IOException because) throws IOException {
      try {
        in.close();
      } catch (IOException e) {
        because.addSuppressed(e);
      }
      if (++broken == ATTEMPTS || Thread.currentThread().isInterrupted()) {
        throw because;
      }
      LOG.debug("{} broke off at byte {}: {}", key, position, because.getMessage());
      try {
        pause.between(broken);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw because;
      }
      in =
          once(key, position)
              .orElseThrow(() -> new IOException("it was deleted while it was read", because));
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  private static void sleep(int attempt) throws InterruptedException {
    long most = FIRST_PAUSE.toMillis() << attempt;
    Thread.sleep(ThreadLocalRandom.current().nextLong(most / 2, most + 1));
  }
}
