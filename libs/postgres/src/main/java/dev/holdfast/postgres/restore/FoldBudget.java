/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PostgresException;

/** Counts the memory that folded changes take and ends the restore before there is none left. */
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
      throw new PostgresException(
          PostgresException.Reason.FAILED,
          "foldMemoryBytes",
          "the changes since the base need more memory than the "
              + limit
              + " bytes that foldMemoryBytes allows (reached in table "
              + table
              + "); the target was not touched",
          "give this process more heap (-Xmx; half of it is used for changes by default) or take a"
              + " new base so that fewer changes follow it");
    }
  }

  long used() {
    return used;
  }
}
