/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.holds;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One legal hold; the vault records it, and what is known here can be read from there again. */
@Entity
@Table(name = "legal_hold")
@SuppressWarnings("NullAway.Init")
class HoldRow {

  /** A worker was asked to place it and has not answered. */
  static final String REQUESTED = "requested";

  static final String IN_FORCE = "in-force";
  static final String RELEASED = "released";

  /** It was never placed. */
  static final String FAILED = "failed";

  static final String PLACE = "place";
  static final String RELEASE = "release";

  @Id String id;
  String source;
  String name;
  String reason;

  /** The moment, as it was asked for. */
  String target;

  String status;

  /** What a worker was asked for and has not answered: {@code place} or {@code release}. */
  @Nullable String pending;

  @Column(name = "requested_by")
  String requestedBy;

  @Column(name = "requested_at")
  Instant requestedAt;

  @Nullable Integer timeline;
  @Nullable String lsn;

  @Column(name = "placed_at")
  @Nullable Instant placedAt;

  @Column(name = "released_by")
  @Nullable String releasedBy;

  @Column(name = "released_at")
  @Nullable Instant releasedAt;

  @Column(name = "release_reason")
  @Nullable String releaseReason;

  /** JSON of the last event that told of its objects; none when the vault alone told of it. */
  @Nullable String answer;

  /** Of which type that is. */
  @Column(name = "answer_type")
  @Nullable String answerType;

  @Column(name = "answered_at")
  @Nullable Instant answeredAt;

  @Nullable String error;
}
