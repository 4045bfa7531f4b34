/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.keys;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A data key that was in use from some moment on. */
@Entity
@IdClass(DataKeyKey.class)
@Table(name = "data_key")
@SuppressWarnings("NullAway.Init")
class DataKeyRow {
  @Id String source;
  @Id String id;
  Instant since;
  @Nullable String previous;
  String reason;
}
