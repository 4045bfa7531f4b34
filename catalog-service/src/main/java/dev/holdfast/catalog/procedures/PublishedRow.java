/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.procedures;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** The newest word of the orchestrator about its procedures. */
@Entity
@Table(name = "published_procedures")
@SuppressWarnings("NullAway.Init")
class PublishedRow {

  /** There is one row at most. */
  @Id boolean one;

  /** JSON of the event that told it. */
  String body;

  Instant at;
}
