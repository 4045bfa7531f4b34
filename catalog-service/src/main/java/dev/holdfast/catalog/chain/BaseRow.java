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

/** A base snapshot. */
@Entity
@Table(name = "base_snapshot")
@IdClass(ManifestKey.class)
@SuppressWarnings("NullAway.Init")
class BaseRow {
  @Id String source;
  @Id long manifest;
  String base;
  int epoch;

  @Column(name = "system_id")
  String systemId;

  int timeline;
  Lsn lsn;

  @Column(name = "snapshot_at")
  Instant snapshotAt;

  @Column(name = "sealed_at")
  Instant sealedAt;

  int tables;

  @Column(name = "row_count")
  long rows;

  int objects;
  long bytes;
}
