/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

/** Which part of the rows a {@link ChangeFold} brings. */
interface FoldScope {

  /** All rows. */
  FoldScope ALL = (table, name, identity, fold) -> fold;

  /**
   * @param table its OID
   * @param name as errors have it
   * @param fold of all rows of the table
   * @return {@code fold}, limited to the scope
   */
  TableFold limit(long table, String name, RowIdentity identity, TableFold fold);
}
