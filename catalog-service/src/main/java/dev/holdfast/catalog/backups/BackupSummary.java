/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How backups went since {@code since}, by when they started.
 *
 * @param running those that were asked for and have not begun included
 * @param successRate share of those that ended that completed in full; null when none has ended
 * @param lastCompleted the newest one that did, however long ago
 */
public record BackupSummary(
    Instant at,
    Instant since,
    long running,
    long completed,
    long partial,
    long failed,
    Optional<Double> successRate,
    Optional<LastCompleted> lastCompleted) {

  public record LastCompleted(String id, String strategy, Instant finishedAt) {}

  static BackupSummary of(
      Instant at, Instant since, Map<String, Long> byStatus, Optional<BackupRow> last) {
    long completed = byStatus.getOrDefault("completed", 0L);
    long partial = byStatus.getOrDefault("partial", 0L);
    long failed = byStatus.getOrDefault("failed", 0L);
    long ended = completed + partial + failed;
    return new BackupSummary(
        at,
        since,
        byStatus.getOrDefault(BackupRow.RUNNING, 0L)
            + byStatus.getOrDefault(BackupRow.REQUESTED, 0L),
        completed,
        partial,
        failed,
        ended == 0 ? Optional.empty() : Optional.of((double) completed / ended),
        last.flatMap(
            row ->
                Optional.ofNullable(row.finishedAt)
                    .map(finished -> new LastCompleted(row.id, row.strategy, finished))));
  }
}
