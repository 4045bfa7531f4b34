/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import dev.holdfast.postgres.Connections;
import java.util.List;
import java.util.Optional;

/**
 * Hashes tables so that a source and its restore can be compared without both being at hand.
 *
 * <p>A row's hash is the first 16 bytes of the SHA-256 of its line in {@code COPY} text format
 * (UTF-8, without the newline), columns by name in attribute order, generated ones left out, under
 * the pinned formatting of {@link Connections}. A table's hash is the sum of its rows' hashes as
 * big-endian numbers modulo 2^128, in hexadecimal: equal rows count as often as they occur, and
 * order is irrelevant.
 */
public final class ContentHash {

  private ContentHash() {}

  /**
   * Hashes {@code tables} as they are now, or as {@code snapshot} shows them.
   *
   * @param snapshot id of an exported snapshot, as {@code pg_export_snapshot()} printed it; its
   *     transaction must stay open until this returns. Without it each table is read under a
   *     snapshot of its own
   * @param parallelism connections that read at the same time, at least 1
   * @return in the order of {@code tables}
   */
  public static List<TableContent> of(
      Connections connections,
      List<HashedTable> tables,
      Optional<String> snapshot,
      int parallelism) {
    throw new UnsupportedOperationException();
  }

  /**
   * Every table with rows of its own (plain tables and leaf partitions) outside of the system's
   * schemas and {@code holdfast}, by schema and name.
   */
  public static List<HashedTable> tables(Connections connections) {
    throw new UnsupportedOperationException();
  }
}
