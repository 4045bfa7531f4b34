/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.alerts;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An outage that a trigger has fired for. Its clearing may be told before its firing. */
@Entity
@Table(name = "incident")
@SuppressWarnings("NullAway.Init")
class IncidentRow {
  @Id String id;

  @Column(name = "trigger_id")
  String trigger;

  String source;
  @Nullable String severity;
  @Nullable String scenario;
  @Nullable Boolean automated;

  /** One component a line. */
  @Nullable String components;

  /** One observation a line. */
  @Nullable String evidence;

  @Column(name = "failing_since")
  @Nullable Instant failingSince;

  @Column(name = "triggered_at")
  @Nullable Instant triggeredAt;

  @Column(name = "cleared_at")
  @Nullable Instant clearedAt;
}
