/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.replicas;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A source's copy in one region, as far as it was verified. */
@Entity
@Table(name = "replica")
@IdClass(ReplicaKey.class)
@SuppressWarnings("NullAway.Init")
class ReplicaRow {

  @Id String source;
  @Id String region;

  @Column(name = "through_manifest")
  long throughManifest;

  @Column(name = "verified_at")
  @Nullable Instant verifiedAt;

  long objects;
  long bytes;
  long healed;
  long failures;

  @Column(name = "failed_object")
  @Nullable String failedObject;

  @Column(name = "failed_reason")
  @Nullable String failedReason;

  @Column(name = "failed_at")
  @Nullable Instant failedAt;
}
