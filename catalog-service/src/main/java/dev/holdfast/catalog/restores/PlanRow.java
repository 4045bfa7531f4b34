/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A dry run that somebody asked for. */
@Entity
@Table(name = "restore_plan")
@SuppressWarnings("NullAway.Init")
class PlanRow {

  @Id String id;
  String source;

  @Column(name = "requested_by")
  String requestedBy;

  @Column(name = "requested_at")
  Instant requestedAt;

  /** The orchestrator's answer, as it came; null until then. */
  @Nullable String answer;
}
