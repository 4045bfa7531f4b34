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

/** One slot's life. */
@Entity
@Table(name = "epoch")
@IdClass(ManifestKey.class)
@SuppressWarnings("NullAway.Init")
class EpochRow {
  @Id String source;
  @Id long manifest;
  int epoch;
  String slot;

  @Column(name = "system_id")
  String systemId;

  int timeline;

  @Column(name = "start_lsn")
  Lsn start;

  @Column(name = "server_version")
  int serverVersion;

  @Column(name = "opened_at")
  Instant openedAt;
}
