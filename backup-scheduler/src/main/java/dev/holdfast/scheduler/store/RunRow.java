/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One run: itself as JSON, and what it is looked for by. */
@Entity
@Table(name = "backup_run")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class RunRow {

  @Id String id;
  String strategy;
  String kind;
  String trigger;

  @Column(name = "requested_by")
  String requestedBy;

  @Column(name = "due_at")
  @Nullable Instant dueAt;

  String state;
  @Nullable String detail;
  String body;

  @Column(name = "started_at")
  Instant startedAt;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;
}
