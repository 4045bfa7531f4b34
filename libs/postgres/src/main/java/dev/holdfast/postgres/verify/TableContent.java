/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

/**
 * What a table holds.
 *
 * @param rows number of rows
 * @param hash of all rows whatever their order, 32 hexadecimal digits; see {@link ContentHash}
 */
public record TableContent(String schema, String name, long rows, String hash) {

  /** With the rows of {@code more} as well: the hash is a sum. */
  public TableContent plus(TableContent more) {
    RowHasher sum = RowHasher.of(this);
    sum.merge(RowHasher.of(more));
    return sum.content(schema, name);
  }
}
