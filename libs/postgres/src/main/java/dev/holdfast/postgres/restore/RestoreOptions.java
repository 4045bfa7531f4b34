/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

/**
 * How a restore goes about it.
 *
 * @param connections tables that are loaded, indexed and verified at the same time, at least 1
 * @param foldMemoryBytes heap that folded changes may take; where they need more, rows are restored
 *     in several passes that each read all changes
 * @param dropCreatedOnFailure drop the database when the restore itself created it and then failed
 * @param selection which tables are restored
 */
public record RestoreOptions(
    int connections, long foldMemoryBytes, boolean dropCreatedOnFailure, Selection selection) {

  public RestoreOptions {
    if (connections < 1) {
      throw new IllegalArgumentException("connections " + connections + " must be at least 1");
    }
    if (foldMemoryBytes < 1) {
      throw new IllegalArgumentException(
          "foldMemoryBytes " + foldMemoryBytes + " must be at least 1");
    }
  }

  /** Two connections, half of the heap, and a database that failed is kept for inspection. */
  public static RestoreOptions defaults() {
    return new RestoreOptions(2, Runtime.getRuntime().maxMemory() / 2, false, Selection.ALL);
  }

  public RestoreOptions withConnections(int number) {
    return new RestoreOptions(number, foldMemoryBytes, dropCreatedOnFailure, selection);
  }

  public RestoreOptions withFoldMemoryBytes(long bytes) {
    return new RestoreOptions(connections, bytes, dropCreatedOnFailure, selection);
  }

  public RestoreOptions droppingCreatedOnFailure() {
    return new RestoreOptions(connections, foldMemoryBytes, true, selection);
  }

  public RestoreOptions only(Selection tables) {
    return new RestoreOptions(connections, foldMemoryBytes, dropCreatedOnFailure, tables);
  }
}
