/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.proofs;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One proof that has ended. */
@Entity
@Table(name = "content_proof")
@SuppressWarnings("NullAway.Init")
class ProofRow {
  @Id String id;
  String source;
  @Nullable String narrows;
  String outcome;

  /** JSON of a {@link ProofView}. */
  String body;

  @Column(name = "read_at")
  Instant readAt;

  @Column(name = "finished_at")
  Instant finishedAt;
}
