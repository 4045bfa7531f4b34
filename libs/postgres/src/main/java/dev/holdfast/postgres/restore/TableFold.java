/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.Tuple;
import java.util.Optional;

/**
 * What the changes since the base come to for one table. First the changes are put in, in commit
 * order, by one thread; then the base's lines pass through filters, on several threads if need be;
 * last, what the base did not have is emitted.
 *
 * <p>A change that does not fit the rows before it means that a change was lost or doubled. It is
 * never passed over: the restore fails.
 */
sealed interface TableFold
    permits KeyFold, RowFold, LeavingOut, FoldShare.Limited, FoldSurvey.OfTable {

  /** From here on changes are those of the transaction that is left out, or not any more. */
  default void leaving(boolean now) {}

  void insert(Tuple row);

  void update(Optional<OldRow> old, Tuple row);

  void delete(OldRow old);

  /** Clears the fold and the base. */
  void truncate();

  /** The table was truncated: no line of the base is left. */
  boolean dropsBase();

  /**
   * The keys that changes touched, as the fields of a line: no other line of the base has to pass a
   * filter. Empty when any line may have to.
   */
  Optional<Iterable<byte[]>> touchedKeys();

  /** The base's lines pass as they are, and nothing comes after them. */
  boolean untouched();

  /**
   * For one thread.
   *
   * @param sink takes lines that replace one that is not kept
   */
  Filter filter(Sink sink);

  /** Emits the lines that the base did not have, once every line of the base went through. */
  void finish(Sink sink);

  /** Decides about the base's lines. */
  interface Filter {
    /** False for a line that changes replaced or removed. */
    boolean keep(byte[] buffer, int from, int to);
  }

  /** Takes lines without their newline. */
  interface Sink {
    void line(byte[] line);
  }

  /** The stream contradicts the rows before it. */
  static PostgresException contradiction(String table, String what) {
    return new PostgresException(
        PostgresException.Reason.DAMAGED,
        null,
        "the changes do not fit the base snapshot: in table " + table + " " + what,
        "restore to a target that another base serves, take a new base, and report this");
  }
}
