/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a restore is.
 *
 * @param bytesDone and {@code bytesTotal} stored bytes that this phase has read and has to read; 0
 *     of 0 in a phase that reads none
 * @param left how long the whole restore is likely to take from here on; empty while nothing tells
 */
public record RestoreProgress(
    Phase phase, long bytesDone, long bytesTotal, Optional<Duration> left) {

  /** In this order. */
  public enum Phase {
    /** Reading and folding the change segments. */
    CHANGES,
    /** Creating the database, its roles and tables. */
    SCHEMA,
    /** Loading rows. */
    ROWS,
    /** Building indexes and constraints. */
    INDEXES,
    /** Reading all rows back and comparing. */
    VERIFY,
    DONE
  }

  /** Called by any of the restore's threads, one at a time; has to return quickly. */
  @FunctionalInterface
  public interface Listener {
    void on(RestoreProgress progress);

    /** Ignores it. */
    static Listener none() {
      return progress -> {};
    }
  }
}
