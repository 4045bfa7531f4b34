/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Sql;
import java.util.stream.Collectors;

/**
 * One {@code COPY}: a whole table, or a range of its pages.
 *
 * @param table index into the catalog's tables
 * @param range number of the range within the table, from 0
 * @param fromPage first page
 * @param toPage page after the last one; -1 for all that follow
 * @param bytes size on the source's disk
 */
record CopyTask(SourceTable source, int table, int range, long fromPage, long toPage, long bytes) {

  /** Text format, one row a line; columns by name in attribute order. */
  String sql() {
    String columns =
        source.columns().stream()
            .map(c -> Sql.identifier(c.name()))
            .collect(Collectors.joining(", "));
    if (fromPage == 0 && toPage < 0) {
      return "COPY "
          + source.quoted()
          + (columns.isEmpty() ? "" : " (" + columns + ")")
          + " TO STDOUT";
    }
    // A scan of a range of ctids reads its pages only (PostgreSQL 14 and later).
    return "COPY (SELECT "
        + columns
        + " FROM ONLY "
        + source.quoted()
        + " WHERE ctid >= '("
        + fromPage
        + ",0)'::pg_catalog.tid"
        + (toPage < 0 ? "" : " AND ctid < '(" + toPage + ",0)'::pg_catalog.tid")
        + ") TO STDOUT";
  }
}
