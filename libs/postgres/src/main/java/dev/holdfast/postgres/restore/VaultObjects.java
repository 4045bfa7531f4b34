/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Opens a vault's objects for one restore. Small objects that will be needed soon are fetched
 * ahead: segments are many, small and far away.
 */
public final class VaultObjects implements AutoCloseable {

  /** Stored bytes; many times that when decompressed. */
  private static final long SMALL = 256 << 10;

  private static final int AHEAD = 8;

  private final VaultReader vault;
  private final Identity identity;
  private final LongConsumer opened;
  private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<ObjectRef, Future<byte[]>> fetched = new HashMap<>();
  private final Deque<ObjectRef> coming = new ArrayDeque<>();

  /**
   * @param opened is told the stored bytes of each object that was opened
   */
  public VaultObjects(VaultReader vault, Identity identity, LongConsumer opened) {
    this.vault = vault;
    this.identity = identity;
    this.opened = opened;
  }

  public InputStream open(ObjectRef object) {
    InputStream plain = vault.open(object, identity);
    opened.accept(object.size());
    return plain;
  }

  /**
   * A source that reads ahead in the given order; to be used by one thread, and in place of the one
   * before.
   */
  public Function<ObjectRef, InputStream> inOrder(Iterator<ObjectRef> order) {
    fetched.values().forEach(VaultObjects::cancel);
    fetched.clear();
    coming.clear();
    return object -> {
      while (coming.size() < AHEAD && order.hasNext()) {
        ObjectRef next = order.next();
        coming.add(next);
        if (next.size() <= SMALL) {
          fetched.put(next, executor.submit(() -> read(next)));
        }
      }
      // What the reader skipped is not needed any more.
      while (coming.contains(object)) {
        ObjectRef passed = coming.remove();
        if (passed.equals(object)) {
          break;
        }
        cancel(fetched.remove(passed));
      }
      Future<byte[]> ahead = fetched.remove(object);
      if (ahead == null) {
        return open(object);
      }
      byte[] plain = await(ahead);
      opened.accept(object.size());
      return new ByteArrayInputStream(plain);
    };
  }

  private byte[] read(ObjectRef object) throws IOException {
    try (InputStream plain = vault.open(object, identity)) {
      return plain.readAllBytes();
    }
  }

  private static byte[] await(Future<byte[]> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw RestoreEngine.interrupted(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case IOException cause -> throw new UncheckedIOException(cause);
        case null, default -> throw new IllegalStateException("fetching failed", e.getCause());
      }
    }
  }

  private static void cancel(@org.jspecify.annotations.Nullable Future<byte[]> future) {
    if (future != null) {
      future.cancel(true);
    }
  }

  @Override
  public void close() {
    List.copyOf(fetched.values()).forEach(VaultObjects::cancel);
    executor.shutdownNow();
    executor.close();
  }
}
