/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.SourceId;
import java.time.Instant;
import java.util.Objects;

/**
 * One link of a source's chain: signed, and carrying the hash of the one before it.
 *
 * @param number from 1, without gaps
 * @param previous SHA-256 of the previous manifest object's bytes, 64 hexadecimal digits; all zero
 *     for number 1
 * @param writer id of the signing key, as {@code SigningKey.Public#id}
 */
public record Manifest(
    int format,
    SourceId source,
    long number,
    String previous,
    String writer,
    Instant at,
    ChainEntry entry) {

  /** The format this version writes; readers refuse newer ones. */
  public static final int FORMAT = 1;

  public Manifest {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(writer, "writer");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(entry, "entry");
    if (number < 1) {
      throw new IllegalArgumentException("manifest number " + number + " must be at least 1");
    }
    if (!previous.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "previous '" + previous + "' must be 64 lower-case hexadecimal digits");
    }
  }
}
