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

/** Something a person was told. */
@Entity
@Table(name = "alert")
@SuppressWarnings("NullAway.Init")
class AlertRow {
  @Id String id;
  String alert;
  String severity;
  String subject;
  String title;
  String action;

  @Column(name = "raised_at")
  Instant raisedAt;
}
