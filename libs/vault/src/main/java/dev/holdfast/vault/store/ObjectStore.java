/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Holds a vault's objects in one region. Blocking, safe for many threads. Objects are written once;
 * nothing here overwrites. Every failure is a {@link StoreException} that says whether a retry can
 * help.
 */
public interface ObjectStore extends AutoCloseable {

  /** What became of a {@link #putIfAbsent}. */
  enum PutOutcome {
    CREATED,
    /**
     * An object of that name was there already; it was not touched. Whose it is, the caller finds
     * by reading it.
     */
    EXISTS
  }

  /** Size in bytes of one stored object. */
  record Stat(ObjectKey key, long size) {}

  /**
   * Stores {@code content} unless an object of that name exists, atomically ({@code If-None-Match:
   * *}).
   */
  PutOutcome putIfAbsent(ObjectKey key, Content content);

  /** The whole object, or empty when there is none. The caller closes the stream. */
  Optional<InputStream> open(ObjectKey key);

  /**
   * The object's bytes from {@code offset} on, nothing when it is not longer; empty when there is
   * no object. The caller closes the stream and may close it early.
   */
  default Optional<InputStream> open(ObjectKey key, long offset) {
    Optional<InputStream> whole = open(key);
    if (whole.isPresent() && offset > 0) {
      try {
        whole.get().skipNBytes(Math.min(offset, stat(key).map(Stat::size).orElse(0L)));
      } catch (IOException e) {
        throw new StoreException(
            StoreException.Reason.UNAVAILABLE,
            "cannot read " + key + " in " + describe() + " from byte " + offset,
            e);
      }
    }
    return whole;
  }

  Optional<Stat> stat(ObjectKey key);

  /**
   * Objects whose key starts with {@code prefix} and, when given, sorts after {@code startAfter};
   * in key order.
   *
   * @param prefix plain string prefix, such as {@code sources/main/chain/}; empty for all
   */
  void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each);

  /** Removes an object; does nothing when there is none. Only the recovery side has the right. */
  void delete(ObjectKey key);

  /** Uploads in parts; empty where the store takes whole objects only. */
  default Optional<PartUploads> parts() {
    return Optional.empty();
  }

  /** Object Lock; empty where the store knows none. */
  default Optional<ObjectLocks> locks() {
    return Optional.empty();
  }

  /**
   * For messages: the place without credentials, such as {@code s3://bucket/prefix at
   * http://127.0.0.1:9001}.
   */
  String describe();

  @Override
  void close();
}
