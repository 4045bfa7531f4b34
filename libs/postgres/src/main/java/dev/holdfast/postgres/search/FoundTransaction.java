/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.search;

import dev.holdfast.model.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A transaction and what it changed. PostgreSQL's stream does not say who ran it.
 *
 * @param xid 32 bit, unsigned
 * @param lsn the end of its commit record
 * @param tables those it changed, as far as they were asked for
 * @param rows the first of them, in order
 * @param rowsLeftOut changed rows that are not in {@code rows}
 */
public record FoundTransaction(
    long xid,
    Instant time,
    Lsn lsn,
    List<ChangedTable> tables,
    List<ChangedRow> rows,
    long rowsLeftOut) {

  public FoundTransaction {
    tables = List.copyOf(tables);
    rows = List.copyOf(rows);
  }

  /** How many rows of a table were changed in which way. */
  public record ChangedTable(
      String schema, String name, long inserted, long updated, long deleted, boolean truncated) {}

  /** What was done to a row. */
  public enum Operation {
    INSERT,
    UPDATE,
    DELETE
  }

  /**
   * A row.
   *
   * @param before by column, as PostgreSQL prints it: the whole row where the table's identity is
   *     FULL, else its key as far as it changed or the row is gone
   * @param after by column; without values too large to be in the row that did not change
   */
  public record ChangedRow(
      String schema,
      String table,
      Operation operation,
      Map<String, @Nullable String> before,
      Map<String, @Nullable String> after) {

    /** Row data belongs in no log. */
    @Override
    public String toString() {
      return operation + " " + schema + "." + table;
    }
  }
}
