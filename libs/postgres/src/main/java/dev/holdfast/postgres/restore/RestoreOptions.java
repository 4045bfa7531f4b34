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
 * @param goesOn with what an attempt at the same restore has left in the target; else a target that
 *     is not empty is refused
 */
public record RestoreOptions(
    int connections,
    long foldMemoryBytes,
    boolean dropCreatedOnFailure,
    Selection selection,
    boolean goesOn) {

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
    return new RestoreOptions(2, Runtime.getRuntime().maxMemory() / 2, false, Selection.ALL, false);
  }

  public RestoreOptions withConnections(int number) {
    return new RestoreOptions(number, foldMemoryBytes, dropCreatedOnFailure, selection, goesOn);
  }

  public RestoreOptions withFoldMemoryBytes(long bytes) {
    return new RestoreOptions(connections, bytes, dropCreatedOnFailure, selection, goesOn);
  }

  public RestoreOptions droppingCreatedOnFailure() {
    return new RestoreOptions(connections, foldMemoryBytes, true, selection, goesOn);
  }

  public RestoreOptions only(Selection tables) {
    return new RestoreOptions(connections, foldMemoryBytes, dropCreatedOnFailure, tables, goesOn);
  }

  /** With what a killed attempt has left. */
  public RestoreOptions goingOn() {
    return new RestoreOptions(connections, foldMemoryBytes, dropCreatedOnFailure, selection, true);
  }
}
