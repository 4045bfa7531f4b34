/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.vault.store.StoreListener.Operation;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Keeps a store's transfers within the region's limits. A read counts as a request until its stream
 * is closed; what a listing hands out is worked on outside of it.
 */
final class LimitedObjectStore extends AroundObjectStore {

  private final TransferLimits limits;

  LimitedObjectStore(ObjectStore store, TransferLimits limits) {
    super(store);
    this.limits = limits;
  }

  @Override
  <T> T around(Operation operation, String doing, long bytes, Supplier<T> request) {
    limits.enter(doing);
    try {
      return request.get();
    } finally {
      limits.leave();
    }
  }

  @Override
  Optional<InputStream> reading(String doing, Supplier<Optional<InputStream>> request) {
    limits.enter(doing);
    Optional<InputStream> stream = Optional.empty();
    try {
      stream = request.get();
    } finally {
      if (stream.isEmpty()) {
        limits.leave();
      }
    }
    return stream.map(in -> new Slowed(in, limits::received, limits::leave));
  }

  @Override
  <T> Consumer<T> found(Consumer<T> each) {
    return one -> {
      limits.leave();
      try {
        each.accept(one);
      } finally {
        limits.enterAgain();
      }
    };
  }

  @Override
  Content sent(Content content) {
    return new Content() {
      @Override
      public long length() {
        return content.length();
      }

      @Override
      public InputStream open() throws IOException {
        return new Slowed(content.open(), limits::sent, () -> {});
      }
    };
  }

  private interface Passed {
    void bytes(int count) throws IOException;
  }

  private static final class Slowed extends FilterInputStream {
    /** Small enough that a slow rate flows instead of jumping. */
    private static final int MOST = 64 * 1024;

    private final Passed passed;
    private final Runnable closed;
    private final AtomicBoolean open = new AtomicBoolean(true);

    Slowed(InputStream in, Passed passed, Runnable closed) {
      super(in);
      this.passed = passed;
      this.closed = closed;
    }

    @Override
    public int read() throws IOException {
      int read = in.read();
      passed.bytes(read < 0 ? 0 : 1);
      return read;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, Math.min(length, MOST));
      passed.bytes(read);
      return read;
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
        if (open.compareAndSet(true, false)) {
          closed.run();
        }
      }
    }
  }
}
