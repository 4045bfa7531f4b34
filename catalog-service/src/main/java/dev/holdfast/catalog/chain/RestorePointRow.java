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

/** A position with a name. */
@Entity
@Table(name = "restore_point")
@IdClass(ManifestKey.class)
@SuppressWarnings("NullAway.Init")
class RestorePointRow {
  @Id String source;
  @Id long manifest;
  int epoch;
  String name;

  @Column(name = "system_id")
  String systemId;

  int timeline;
  Lsn lsn;

  @Column(name = "requested_by")
  String requestedBy;

  @Column(name = "made_at")
  Instant madeAt;
}
