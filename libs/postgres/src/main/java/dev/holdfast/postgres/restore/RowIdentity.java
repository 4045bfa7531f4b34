/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.changes.Tuple;
import org.jspecify.annotations.Nullable;

/** How rows of a table are told apart: by the text of a key, or as a whole. */
sealed interface RowIdentity {

  /**
   * @param old what is known of the row before
   */
  default Bytes of(Tuple row, @Nullable Tuple old) {
    return of(completed(row, old));
  }

  Bytes of(Tuple row);

  /** The row with what only the old one says of it. */
  Tuple completed(Tuple row, @Nullable Tuple old);

  /** No two rows are alike: what is gone under a key matters to who comes under it. */
  boolean unique();

  /** For one thread. */
  Lines lines();

  /** Finds what identifies the row of a line. */
  interface Lines {

    /** Valid until the next call. */
    Bytes in(byte[] buffer, int from, int to);
  }

  /**
   * @param table as it is named in errors
   * @param keyColumns from 0, ascending; empty when whole rows identify
   */
  static RowIdentity of(String table, int[] keyColumns) {
    return keyColumns.length == 0 ? new WholeRow() : new Key(table, keyColumns);
  }

  /** Equal rows cannot be told apart. */
  record WholeRow() implements RowIdentity {
    @Override
    public Bytes of(Tuple row) {
      return new Bytes(CopyText.line(row));
    }

    @Override
    public Tuple completed(Tuple row, @Nullable Tuple old) {
      return old == null ? row : RowFold.filled(row, old);
    }

    @Override
    public boolean unique() {
      return false;
    }

    @Override
    public Lines lines() {
      Bytes probe = new Bytes(new byte[0]);
      return probe::at;
    }
  }

  /** Of some columns. */
  final class Key implements RowIdentity {
    private final String table;
    private final int[] columns;

    private Key(String table, int[] columns) {
      this.table = table;
      this.columns = columns;
    }

    @Override
    public Bytes of(Tuple row) {
      byte @Nullable [] fields = CopyText.fields(row, columns);
      if (fields == null) {
        throw TableFold.contradiction(table, "a change has no complete key");
      }
      return new Bytes(fields);
    }

    /** A key that is stored out of line and did not change is in the old row only. */
    @Override
    public Tuple completed(Tuple row, @Nullable Tuple old) {
      if (old == null) {
        return row;
      }
      for (int column : columns) {
        if (row.isUnchanged(column)) {
          return KeyFold.withKeyOf(row, old, columns);
        }
      }
      return row;
    }

    @Override
    public boolean unique() {
      return true;
    }

    @Override
    public Lines lines() {
      Bytes probe = new Bytes(new byte[0]);
      LineKey key = new LineKey(columns);
      return (buffer, from, to) -> {
        key.find(buffer, from, to);
        return probe.at(key.array(), key.from(), key.to());
      };
    }
  }
}
