/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the runs of one procedure came to.
 *
 * @param runs how many there were, whatever became of them
 * @param lastCompleted empty when none has completed
 * @param predictedRto empty when no run has brought service back yet
 */
public record ProcedureRecord(
    long runs, Optional<Completed> lastCompleted, Optional<Rto> predictedRto) {

  /** How many runs, newest first, a prediction rests on at most. */
  static final int RECENT = 10;

  /** A run that completed. */
  public record Completed(String run, Instant finishedAt) {}

  /**
   * What runs took to bring service back, as they measured it.
   *
   * @param runs how many it rests on, at most 10
   * @param median half of them took longer
   * @param shortest of them
   * @param longest of them
   */
  public record Rto(int runs, Duration median, Duration shortest, Duration longest) {

    /**
     * @param achieved of the newest runs that completed, in any order
     * @return empty when there is none
     */
    static Optional<Rto> of(List<Duration> achieved) {
      if (achieved.isEmpty()) {
        return Optional.empty();
      }
      List<Duration> sorted = achieved.stream().sorted().toList();
      int half = sorted.size() / 2;
      Duration median =
          sorted.size() % 2 == 1
              ? sorted.get(half)
              : sorted.get(half - 1).plus(sorted.get(half)).dividedBy(2);
      return Optional.of(new Rto(sorted.size(), median, sorted.getFirst(), sorted.getLast()));
    }
  }
}
