/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.LongConsumer;

/**
 * What a read of an object came to.
 *
 * @param size how many bytes were read: at most one more than was wanted
 * @param sha256 of the bytes that were wanted, or of all when there are fewer
 * @param begin the first bytes
 */
record StoredBytes(long size, String sha256, byte[] begin) {

  /** For reading an object that grew as a whole, to find out what it holds. */
  static final long WHOLE = 1L << 40;

  private static final int BEGIN = 32;
  private static final long DOCUMENT = 256L * 1024 * 1024;

  /**
   * @param wanted how many bytes at most
   * @param progress is told the bytes that were read
   */
  static Optional<StoredBytes> read(
      ObjectStore store, ObjectKey key, long wanted, LongConsumer progress) {
    return reading(store, key, in -> hash(in, wanted, progress));
  }

  /** A small document's bytes; one that is far too big is cut off. */
  static Optional<byte[]> document(ObjectStore store, ObjectKey key) {
    return reading(store, key, in -> in.readNBytes((int) DOCUMENT));
  }

  private interface Reading<T> {
    T of(InputStream in) throws IOException;
  }

  private static <T> Optional<T> reading(ObjectStore store, ObjectKey key, Reading<T> reading) {
    Optional<InputStream> opened = store.open(key);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = opened.get()) {
      return Optional.of(reading.of(in));
    } catch (IOException e) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE,
          "cannot read " + key + " in " + store.describe() + ": " + e.getMessage(),
          e);
    }
  }

  private static StoredBytes hash(InputStream in, long wanted, LongConsumer progress)
      throws IOException {
    Sha256 hash = new Sha256();
    byte[] begin = in.readNBytes((int) Math.min(BEGIN, wanted));
    hash.update(begin, 0, begin.length);
    long size = begin.length;
    progress.accept(size);
    byte[] buffer = new byte[128 * 1024];
    while (size < wanted) {
      int count = in.read(buffer, 0, (int) Math.min(buffer.length, wanted - size));
      if (count < 0) {
        break;
      }
      hash.update(buffer, 0, count);
      size += count;
      progress.accept(count);
    }
    boolean longer = size == wanted && in.read() >= 0;
    return new StoredBytes(longer ? size + 1 : size, hash.finish(), begin);
  }
}
