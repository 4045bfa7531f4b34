/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PostgresException;

/** Counts the memory that folded changes take and stops them before there is none left. */
final class FoldBudget {

  private final long limit;
  private long used;

  FoldBudget(long limit) {
    this.limit = limit;
  }

  /** Takes, or with a negative number gives back. */
  void take(long bytes, String table) {
    used += bytes;
    if (used > limit) {
      throw new Exceeded(limit, table);
    }
  }

  long used() {
    return used;
  }

  /** The changes do not fit. */
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long limit;
    private final String table;

    private Exceeded(long limit, String table) {
      this.limit = limit;
      this.table = table;
    }

    /** For people, when nothing smaller can be folded. */
    PostgresException refusal() {
      return new PostgresException(
          PostgresException.Reason.FAILED,
          "foldMemoryBytes",
          "the changes since the base need more memory than the "
              + limit
              + " bytes that foldMemoryBytes allows, also a part at a time (reached in table "
              + table
              + ")",
          "give this process more heap (-Xmx; half of it is used for changes by default) or take a"
              + " new base so that fewer changes follow it",
          this);
    }
  }
}
