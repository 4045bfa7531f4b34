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

/** A range that was not captured: from here to the next base snapshot. */
@Entity
@Table(name = "hole")
@IdClass(ManifestKey.class)
@SuppressWarnings("NullAway.Init")
class HoleRow {
  @Id String source;
  @Id long manifest;
  int epoch;

  @Column(name = "system_id")
  String systemId;

  int timeline;

  @Column(name = "after_lsn")
  Lsn after;

  String reason;

  @Column(name = "recorded_at")
  Instant recordedAt;
}
