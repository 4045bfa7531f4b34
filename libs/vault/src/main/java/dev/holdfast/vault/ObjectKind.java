/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What an encrypted object holds, bound into its encryption. */
public enum ObjectKind {
  /** Change records. */
  @JsonProperty("segment")
  SEGMENT,
  /** Rows of one table, as {@code COPY} text. */
  @JsonProperty("rows")
  ROWS,
  /** Index of a base snapshot: tables, columns, chunks, schema. JSON. */
  @JsonProperty("base-index")
  BASE_INDEX,
  /** Schema, as {@code pg_dump --format=custom --schema-only} writes it. */
  @JsonProperty("schema")
  SCHEMA,
  /** Roles and their settings, as SQL. */
  @JsonProperty("roles")
  ROLES,
  /** Large objects, as {@code pg_dump --format=custom --large-objects} writes them. */
  @JsonProperty("large-objects")
  LARGE_OBJECTS,
  /** Hashes of what the source held at a position, for a proof of content. JSON. */
  @JsonProperty("content")
  CONTENT
}
