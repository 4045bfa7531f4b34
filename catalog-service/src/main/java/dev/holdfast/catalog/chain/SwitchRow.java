/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.Lsn;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

/** A promotion of the source. */
@Entity
@Table(name = "timeline_switch")
@IdClass(ManifestKey.class)
@SuppressWarnings("NullAway.Init")
class SwitchRow {
  @Id String source;
  @Id long manifest;
  int epoch;

  @Column(name = "system_id")
  String systemId;

  @Column(name = "from_timeline")
  int fromTimeline;

  @Column(name = "to_timeline")
  int toTimeline;

  @Column(name = "fork_lsn")
  Lsn fork;

  @Column(name = "orphaned_transactions")
  long orphanedTransactions;

  @Column(name = "switched_at")
  Instant switchedAt;
}
