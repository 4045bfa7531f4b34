/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/** One store's objects with their bytes verified: what is written once and what is read. */
final class StoredObjects {

  /** Far more than any manifest or key object has: a store must not exhaust our memory. */
  private static final long MOST_IN_MEMORY = 256L * 1024 * 1024;

  private final ObjectStore store;

  StoredObjects(ObjectStore store) {
    this.store = store;
  }

  /** Takes bytes one part after the other. */
  private interface Sink extends AutoCloseable {
    OutputStream out();

    @Override
    void close() throws IOException;
  }

  boolean put(ObjectKey key, byte[] bytes) {
    return put(key, Content.of(bytes), Sha256.of(bytes));
  }

  /**
   * Stores an object once. When one of that name is there already it is ours only if its bytes are:
   * then an earlier try had succeeded and its answer was lost.
   *
   * @return whether the stored bytes are {@code content}'s
   */
  boolean put(ObjectKey key, Content content, String sha256) {
    return switch (store.putIfAbsent(key, content)) {
      case CREATED -> true;
      case EXISTS -> holds(key, content.length(), sha256);
    };
  }

  boolean holds(ObjectKey key, long size, String sha256) {
    Optional<Sha256Sink> stored = copy(key, size + 1, Sha256Sink::new);
    if (stored.isEmpty()) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE,
          "the store says that " + name(key) + " exists and that it does not; try again",
          null);
    }
    return stored.get().size == size && stored.get().hash.finish().equals(sha256);
  }

  /** A small object's bytes. */
  Optional<byte[]> read(ObjectKey key) {
    return copy(key, MOST_IN_MEMORY + 1, BytesSink::new)
        .map(
            sink -> {
              if (sink.out.size() > MOST_IN_MEMORY) {
                throw new VaultException(
                    Reason.DAMAGED, name(key) + " is damaged: it is far too big");
              }
              return sink.out.toByteArray();
            });
  }

  byte[] required(ObjectKey key) {
    return read(key).orElseThrow(() -> missing(key));
  }

  /**
   * An encrypted object's stored bytes, verified. The caller closes the spool.
   *
   * @throws VaultException MISSING or DAMAGED
   */
  Spool verified(ObjectRef object, long inMemory) {
    SpoolSink sink =
        copy(object.key(), object.size() + 1, () -> new SpoolSink(new Spool(inMemory)))
            .orElseThrow(() -> missing(object.key()));
    try {
      requireIntact(object, sink.spool.length(), sink.spool.finish());
      return sink.spool;
    } catch (IOException e) {
      throw unreadable(object.key(), e);
    } catch (VaultException e) {
      closeQuietly(sink, e);
      throw e;
    }
  }

  /** As {@link #verified}, without keeping the bytes. */
  void check(ObjectRef object) {
    Sha256Sink sink =
        copy(object.key(), object.size() + 1, Sha256Sink::new)
            .orElseThrow(() -> missing(object.key()));
    requireIntact(object, sink.size, sink.hash.finish());
  }

  void requireIntact(ObjectRef object, long size, String sha256) {
    if (size != object.size()) {
      throw new VaultException(
          Reason.DAMAGED,
          name(object.key())
              + " is damaged: it has "
              + (size > object.size()
                  ? "more than " + object.size()
                  : size + " instead of " + object.size())
              + " bytes");
    }
    if (!sha256.equals(object.sha256())) {
      throw new VaultException(
          Reason.DAMAGED,
          name(object.key())
              + " is damaged: its SHA-256 is "
              + sha256
              + " instead of "
              + object.sha256());
    }
  }

  /** The object's first {@code most} bytes in a sink. */
  private <S extends Sink> Optional<S> copy(
      ObjectKey key, long most, java.util.function.Supplier<S> sinks) {
    Optional<InputStream> opened = store.open(key);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    S sink = sinks.get();
    try (InputStream in = opened.get()) {
      byte[] buffer = new byte[64 * 1024];
      long left = most;
      while (left > 0) {
        int count = in.read(buffer, 0, (int) Math.min(left, buffer.length));
        if (count < 0) {
          break;
        }
        sink.out().write(buffer, 0, count);
        left -= count;
      }
      return Optional.of(sink);
    } catch (IOException e) {
      closeQuietly(sink, e);
      throw unreadable(key, e);
    } catch (StoreException e) {
      closeQuietly(sink, e);
      throw e;
    }
  }

  /** An object's bytes as they are, verified by whoever reads them. */
  InputStream read(ObjectRef object) {
    return store.open(object.key()).orElseThrow(() -> missing(object.key()));
  }

  StoreException unreadable(ObjectKey key, IOException e) {
    return new StoreException(
        StoreException.Reason.UNAVAILABLE, "cannot read " + name(key) + ": " + e.getMessage(), e);
  }

  private VaultException missing(ObjectKey key) {
    return new VaultException(Reason.MISSING, name(key) + " is missing");
  }

  private static void closeQuietly(Sink sink, Exception because) {
    try {
      sink.close();
    } catch (IOException e) {
      because.addSuppressed(e);
    }
  }

  /** For messages. */
  String name(ObjectKey key) {
    return key + " in " + store.describe();
  }

  String describe() {
    return store.describe();
  }

  ObjectStore store() {
    return store;
  }

  private static final class BytesSink implements Sink {
    final ByteArrayOutputStream out = new ByteArrayOutputStream();

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public void close() {}
  }

  private static final class Sha256Sink implements Sink {
    final Sha256 hash = new Sha256();
    long size;

    @Override
    public OutputStream out() {
      return new OutputStream() {
        @Override
        public void write(int b) {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
          hash.update(bytes, offset, length);
          size += length;
        }
      };
    }

    @Override
    public void close() {}
  }

  private record SpoolSink(Spool spool) implements Sink {
    @Override
    public OutputStream out() {
      return spool;
    }

    @Override
    public void close() throws IOException {
      spool.close();
    }
  }
}
