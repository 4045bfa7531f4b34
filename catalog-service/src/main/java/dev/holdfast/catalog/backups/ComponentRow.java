/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import dev.holdfast.model.Lsn;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One source's part of a backup run. */
@Entity
@Table(name = "backup_component")
@IdClass(ComponentKey.class)
@SuppressWarnings("NullAway.Init")
class ComponentRow {

  static final String PENDING = "pending";

  @Id String backup;
  @Id String source;
  String status = PENDING;

  @Column(name = "system_id")
  @Nullable String systemId;

  @Nullable Integer timeline;

  @Column(name = "through_lsn")
  @Nullable Lsn through;

  @Column(name = "covered_at")
  @Nullable Instant coveredAt;

  long bytes;
  @Nullable String error;

  @Column(name = "finished_at")
  @Nullable Instant finishedAt;
}
