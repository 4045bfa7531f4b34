/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Stores an object in parts, which may come side by side and at any time; it appears whole when the
 * upload is completed. Parts of an upload that nobody completes stay until it is aborted. Blocking,
 * safe for many threads.
 */
public interface PartUploads {

  /** No part but the last may be smaller. */
  long SMALLEST = 5L * 1024 * 1024;

  /** Numbers of parts are 1 to this. */
  int MOST = 10_000;

  /** An upload that is under way, or was given up. */
  record Upload(ObjectKey key, String id, Instant begunAt) {}

  /**
   * A stored part.
   *
   * @param etag the store's mark; where it is 32 hexadecimal digits mostly the MD5 of the bytes
   * @param crc32 as the store wants it back; empty where it keeps none
   */
  record Part(int number, long size, String etag, Optional<String> crc32) {}

  Upload begin(ObjectKey key);

  /**
   * Stores a part; one of that number is replaced.
   *
   * @throws StoreException GONE when the upload was aborted or completed
   */
  Part put(Upload upload, int number, Content content);

  /**
   * The stored parts in order of their numbers.
   *
   * @throws StoreException GONE when the upload was aborted or completed
   */
  List<Part> stored(Upload upload);

  /**
   * Makes the object of all {@code parts}, in their order, unless one of that name exists ({@code
   * If-None-Match: *}; a store may ignore that for uploads in parts, which {@link
   * ConditionalWriteProbe} finds). Says EXISTS also when an earlier try had succeeded and its
   * answer was lost.
   *
   * @throws StoreException GONE when the upload was aborted
   */
  ObjectStore.PutOutcome complete(Upload upload, List<Part> parts);

  /** Drops the parts; does nothing when there is no such upload. */
  void abort(Upload upload);

  /** Uploads that are not completed, of objects whose key starts with {@code prefix}. */
  void list(String prefix, Consumer<Upload> each);
}
