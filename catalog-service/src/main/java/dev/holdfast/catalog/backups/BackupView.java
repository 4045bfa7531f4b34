/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import dev.holdfast.model.Position;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A backup run.
 *
 * @param trigger {@code schedule}, {@code event} or {@code request}
 * @param status {@code requested}, {@code running}, {@code completed}, {@code partial} or {@code
 *     failed}
 * @param bytes stored for it, after compression and encryption
 */
public record BackupView(
    String id,
    String strategy,
    Optional<String> trigger,
    Optional<String> requestedBy,
    String status,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<Duration> took,
    long bytes,
    List<Component> components) {

  /**
   * One source's part.
   *
   * @param status {@code pending}, {@code completed} or {@code failed}
   * @param through everything up to here was durable when it finished
   * @param error why it failed and what to do
   */
  public record Component(
      String source,
      String status,
      Optional<Position> through,
      Optional<Instant> coveredAt,
      long bytes,
      Optional<String> error,
      Optional<Instant> finishedAt) {}

  static BackupView of(BackupRow row, List<ComponentRow> parts) {
    return new BackupView(
        row.id,
        row.strategy,
        Optional.ofNullable(row.startedBy),
        Optional.ofNullable(row.requestedBy),
        row.status,
        row.startedAt,
        Optional.ofNullable(row.finishedAt),
        Optional.ofNullable(row.finishedAt).map(end -> Duration.between(row.startedAt, end)),
        row.bytes,
        parts.stream().map(BackupView::component).toList());
  }

  private static Component component(ComponentRow row) {
    return new Component(
        row.source,
        row.status,
        row.systemId == null || row.timeline == null || row.through == null
            ? Optional.empty()
            : Optional.of(new Position(row.systemId, row.timeline, row.through)),
        Optional.ofNullable(row.coveredAt),
        row.bytes,
        Optional.ofNullable(row.error),
        Optional.ofNullable(row.finishedAt));
  }
}
