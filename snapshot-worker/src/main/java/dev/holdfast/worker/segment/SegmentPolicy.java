/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import java.time.Duration;

/**
 * When a segment is closed, and how much of it is held in memory.
 *
 * @param age from the first commit that is not sealed
 * @param bodyBytes stored bytes of one body; a segment whose body has them is closed with the
 *     transaction at hand
 * @param bufferBytes a transaction up to this size (as it comes from the source) joins the open
 *     segment when it is complete; a larger one gets a segment of its own while it is coming
 */
public record SegmentPolicy(Duration age, long bodyBytes, long bufferBytes) {

  public SegmentPolicy {
    if (age.isNegative() || age.isZero()) {
      throw new IllegalArgumentException("seal-age " + age + " must be longer than nothing");
    }
    if (bodyBytes < 1024 || bodyBytes > 32L << 20) {
      throw new IllegalArgumentException(
          "seal-bytes " + bodyBytes + " must be from 1 KiB to 32 MiB");
    }
    if (bufferBytes < 1) {
      throw new IllegalArgumentException("buffer bytes " + bufferBytes + " must be at least 1");
    }
  }
}
