/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.model.Lsn;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One run of a recovery procedure or of a restore. */
@Entity
@Table(name = "recovery_run")
@SuppressWarnings("NullAway.Init")
class RunRow {

  /** The orchestrator was asked, and has not told of it yet. */
  static final String REQUESTED = "requested";

  static final String RUNNING = "running";

  /** Not over yet, as far as was told. */
  boolean isOpen() {
    return status.equals(REQUESTED) || status.equals(RUNNING);
  }

  @Id String id;
  String procedure;
  String source;
  @Nullable String incident;

  @Column(name = "requested_by")
  @Nullable String requestedBy;

  String status = RUNNING;
  String detail = "";

  @Column(name = "started_at")
  Instant startedAt;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;

  /** Milliseconds. */
  @Column(name = "rpo_achieved")
  @Nullable Long rpoAchieved;

  /** Milliseconds. */
  @Column(name = "rto_achieved")
  @Nullable Long rtoAchieved;

  @Column(name = "lost_transactions")
  @Nullable Long lostTransactions;

  @Column(name = "promoted_host")
  @Nullable String promotedHost;

  @Column(name = "promoted_port")
  @Nullable Integer promotedPort;

  @Column(name = "promoted_timeline")
  @Nullable Integer promotedTimeline;

  @Column(name = "promoted_fork")
  @Nullable Lsn promotedFork;

  @Column(name = "promoted_at")
  @Nullable Instant promotedAt;
}
