/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreListener.Operation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Tells a listener of every request. */
final class ObservedObjectStore extends AroundObjectStore {

  private final StoreListener listener;

  ObservedObjectStore(ObjectStore store, StoreListener listener) {
    super(store);
    this.listener = listener;
  }

  @Override
  <T> T around(Operation operation, String doing, long bytes, Supplier<T> request) {
    long began = System.nanoTime();
    boolean failed = true;
    try {
      T result = request.get();
      failed = false;
      return result;
    } finally {
      listener.ended(operation, failed ? 0 : bytes, since(began), failed);
    }
  }

  @Override
  Optional<InputStream> reading(String doing, Supplier<Optional<InputStream>> request) {
    long began = System.nanoTime();
    Optional<InputStream> stream = Optional.empty();
    boolean failed = true;
    try {
      stream = request.get();
      failed = false;
    } finally {
      if (stream.isEmpty()) {
        listener.ended(Operation.READ, 0, since(began), failed);
      }
    }
    return stream.map(in -> new Counted(in, began));
  }

  private static Duration since(long began) {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  private final class Counted extends FilterInputStream {
    private final long began;
    private long bytes;
    private boolean broken;
    private boolean closed;

    Counted(InputStream in, long began) {
      super(in);
      this.began = began;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      boolean whole = false;
      try {
        int read = in.read(into, offset, length);
        bytes += Math.max(0, read);
        whole = true;
        return read;
      } finally {
        broken |= !whole;
      }
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    @Override
    public void close() throws IOException {
      try {
        in.close();
      } finally {
        if (!closed) {
          closed = true;
          listener.ended(Operation.READ, bytes, since(began), broken);
        }
      }
    }
  }
}
