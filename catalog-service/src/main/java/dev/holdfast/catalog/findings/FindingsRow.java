/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.findings;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What the last look at a source found. */
@Entity
@Table(name = "source_findings")
@SuppressWarnings("NullAway.Init")
class FindingsRow {
  @Id String source;

  /** A JSON list of {@link FindingView}. */
  String findings;

  int omitted;

  @Column(name = "examined_at")
  Instant examinedAt;
}
