/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

/** What is known of one step of a run. */
@Entity
@Table(name = "recovery_step")
@IdClass(StepKey.class)
@SuppressWarnings("NullAway.Init")
class StepRow {

  @Id String run;
  @Id int step;
  String name;
  String status;
  String detail;

  /** Of the newest change that is in here. */
  long sequence;

  @Column(name = "started_at")
  Instant startedAt;

  @Column(name = "changed_at")
  Instant changedAt;
}
