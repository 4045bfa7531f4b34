/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.SourceId;
import java.time.Instant;

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
}
