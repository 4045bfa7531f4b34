/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One run of a backup strategy. */
@Entity
@Table(name = "backup")
@SuppressWarnings("NullAway.Init")
class BackupRow {

  /** The scheduler was asked for it and has not answered. */
  static final String REQUESTED = "requested";

  static final String RUNNING = "running";

  @Id String id;
  String strategy;

  /** {@code schedule}, {@code event} or {@code request}; unknown until the start was told. */
  @Column(name = "started_by")
  @Nullable String startedBy;

  @Column(name = "requested_by")
  @Nullable String requestedBy;

  String status = RUNNING;

  @Column(name = "started_at")
  Instant startedAt;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;

  long bytes;

  boolean isOver() {
    return !status.equals(REQUESTED) && !status.equals(RUNNING);
  }
}
