/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.store;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One run: its state as JSON, and what it is looked for by. */
@Entity
@Table(name = "recovery_run")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class RunRow {

  @Id String id;
  String source;
  String procedure;
  @Nullable String incident;
  boolean restore;
  String state;
  String body;
  long version;
  @Nullable String progress;
  String correlation;
  String trace;

  @Column(name = "started_at")
  Instant startedAt;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;
}
