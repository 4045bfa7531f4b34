/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;

/** A chain entry, or neighbouring segments folded into one. */
@Entity
@Table(name = "chain_link")
@IdClass(LinkKey.class)
@SuppressWarnings("NullAway.Init")
class LinkRow {
  @Id String source;

  @Id
  @Column(name = "first")
  long firstManifest;

  @Column(name = "last")
  long lastManifest;

  @Column(name = "sealed_at")
  Instant sealedAt;

  int segments;

  /** JSON of the entry. */
  String entry;
}
