/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.plan;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** A plan that was asked for and is not answered. */
@Entity
@Table(name = "restore_plan")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class PlanRow {

  @Id String id;
  int attempts;
  String asked;
  String correlation;
  String trace;

  @Column(name = "asked_at")
  Instant askedAt;
}
