/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import java.time.Duration;

/**
 * How a source is read to prove what its vault holds.
 *
 * @param parallelism connections that read at once
 * @param bytesPerSecond of rows as {@code COPY} text, by all of them
 * @param most the longest that a snapshot is held for it
 */
public record ProofSettings(int parallelism, long bytesPerSecond, Duration most) {

  public ProofSettings {
    if (parallelism < 1 || parallelism > 64) {
      throw new IllegalArgumentException(
          "holdfast.capture.proof-parallelism " + parallelism + " must be from 1 to 64");
    }
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "holdfast.capture.proof-rate " + bytesPerSecond + " must be positive, such as 64M");
    }
    if (!most.isPositive()) {
      throw new IllegalArgumentException(
          "holdfast.capture.proof-most " + most + " must be positive, such as 2h");
    }
  }
}
