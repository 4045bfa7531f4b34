/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import java.time.Duration;

/**
 * How a base is taken.
 *
 * @param parallelism connections that copy at once, from 1
 * @param chunkBytes stored bytes after which a chunk ends, at the next row
 * @param rangeBytes tables larger than this on disk are copied in ranges of this size at once
 * @param slotTimeout how long the slot may wait for old transactions
 * @param lockTimeout how long a table's lock may be waited for
 * @param patience how long somebody may wait for a table that a base has locked before the base
 *     gives way
 * @param attempts how often the snapshot is retaken when DDL came between
 */
public record BaseOptions(
    int parallelism,
    long chunkBytes,
    long rangeBytes,
    Duration slotTimeout,
    Duration lockTimeout,
    Duration patience,
    int attempts) {

  /** What a chunk may have at most, but for a single row that is larger. */
  public static final long MAX_CHUNK_BYTES = 24L << 20;

  public static final BaseOptions DEFAULT =
      new BaseOptions(
          2,
          16L << 20,
          128L << 20,
          Duration.ofMinutes(2),
          Duration.ofSeconds(10),
          Duration.ofMillis(500),
          5);

  public BaseOptions {
    if (parallelism < 1 || parallelism > 64) {
      throw new IllegalArgumentException("parallelism " + parallelism + " must be from 1 to 64");
    }
    if (chunkBytes < 1 || chunkBytes > MAX_CHUNK_BYTES - (4 << 20)) {
      // The compressor holds some bytes back that the count does not show yet.
      throw new IllegalArgumentException(
          "chunkBytes " + chunkBytes + " must be from 1 to " + (MAX_CHUNK_BYTES - (4 << 20)));
    }
    if (rangeBytes < 8192) {
      throw new IllegalArgumentException("rangeBytes " + rangeBytes + " must be at least 8192");
    }
    if (patience.isNegative() || patience.isZero()) {
      throw new IllegalArgumentException(
          "lock-patience " + patience + " must be more than nothing");
    }
    if (attempts < 1) {
      throw new IllegalArgumentException("attempts " + attempts + " must be at least 1");
    }
  }

  public BaseOptions withParallelism(int connections) {
    return new BaseOptions(
        connections, chunkBytes, rangeBytes, slotTimeout, lockTimeout, patience, attempts);
  }

  public BaseOptions withTimeouts(Duration slot, Duration lock) {
    return new BaseOptions(parallelism, chunkBytes, rangeBytes, slot, lock, patience, attempts);
  }

  public BaseOptions withSizes(long chunk, long range) {
    return new BaseOptions(parallelism, chunk, range, slotTimeout, lockTimeout, patience, attempts);
  }

  public BaseOptions withPatience(Duration longest) {
    return new BaseOptions(
        parallelism, chunkBytes, rangeBytes, slotTimeout, lockTimeout, longest, attempts);
  }
}
