/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.model.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A recovery run.
 *
 * @param procedure such as {@code database_failure}; {@code restore} for a plain restore
 * @param status {@code requested}, {@code running}, {@code completed} or {@code failed}
 * @param lostTransactions commits that are not in the recovered database; empty when unknown
 */
public record RunView(
    String id,
    String procedure,
    String source,
    Optional<String> incident,
    Optional<String> requestedBy,
    String status,
    String detail,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Duration> rpoAchieved,
    Optional<Duration> rtoAchieved,
    Optional<Long> lostTransactions,
    Optional<Promotion> promotion,
    List<Step> steps) {

  /** Where clients of the source were pointed to. */
  public record Promotion(String host, int port, int timeline, Lsn fork, Instant at) {}

  /**
   * @param status {@code running}, {@code waiting-for-approval}, {@code completed}, {@code skipped}
   *     or {@code failed}
   */
  public record Step(
      int step, String name, String status, String detail, Instant startedAt, Instant changedAt) {}

  static RunView of(RunRow row, List<StepRow> steps) {
    return new RunView(
        row.id,
        row.procedure,
        row.source,
        Optional.ofNullable(row.incident),
        Optional.ofNullable(row.requestedBy),
        row.status,
        row.detail,
        row.startedAt,
        Optional.ofNullable(row.finishedAt),
        Optional.ofNullable(row.rpoAchieved).map(Duration::ofMillis),
        Optional.ofNullable(row.rtoAchieved).map(Duration::ofMillis),
        Optional.ofNullable(row.lostTransactions),
        promotion(row),
        steps.stream()
            .map(
                step ->
                    new Step(
                        step.step,
                        step.name,
                        step.status,
                        step.detail,
                        step.startedAt,
                        step.changedAt))
            .toList());
  }

  private static Optional<Promotion> promotion(RunRow row) {
    return row.promotedHost == null
            || row.promotedPort == null
            || row.promotedTimeline == null
            || row.promotedFork == null
            || row.promotedAt == null
        ? Optional.empty()
        : Optional.of(
            new Promotion(
                row.promotedHost,
                row.promotedPort,
                row.promotedTimeline,
                row.promotedFork,
                row.promotedAt));
  }
}
