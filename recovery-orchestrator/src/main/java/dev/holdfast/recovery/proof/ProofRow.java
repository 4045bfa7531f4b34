/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.proof;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One proof. */
@Entity
@Table(name = "content_proof")
@SuppressWarnings("NullAway.Init") // Hibernate fills the fields
class ProofRow {

  @Id String id;
  String source;
  @Nullable String narrows;
  String state;
  int attempts;
  @Nullable String outcome;
  String asked;
  @Nullable String report;
  String correlation;
  String trace;

  @Column(name = "read_at")
  Instant readAt;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;
}
