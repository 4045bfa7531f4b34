/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.Lsn;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A protected source as far as the catalog has read its chain. */
@Entity
@Table(name = "source")
@SuppressWarnings("NullAway.Init")
class SourceRow {
  @Id String id;

  /** Number of the last manifest in the catalog; 0 for none. */
  long head;

  @Column(name = "head_at")
  @Nullable Instant headAt;

  @Nullable Integer epoch;
  @Nullable String slot;

  @Column(name = "system_id")
  @Nullable String systemId;

  @Nullable Integer timeline;

  @Column(name = "through_lsn")
  @Nullable Lsn through;

  @Column(name = "covered_at")
  @Nullable Instant coveredAt;

  @Column(name = "last_commit_lsn")
  @Nullable Lsn lastCommit;

  @Column(name = "last_commit_at")
  @Nullable Instant lastCommitAt;

  @Column(name = "last_commit_xid")
  @Nullable Long lastCommitXid;

  /** How often the chain was forgotten. */
  int rebuilds;

  String state = UNKNOWN;

  @Column(name = "state_detail")
  String stateDetail = "";

  @Column(name = "state_at")
  @Nullable Instant stateAt;

  static final String UNKNOWN = "unknown";

  static SourceRow named(String id) {
    SourceRow row = new SourceRow();
    row.id = id;
    return row;
  }

  /** As before the first manifest; what the worker said of its state stays. */
  void forgetChain() {
    rebuilds++;
    head = 0;
    headAt = null;
    epoch = null;
    slot = null;
    systemId = null;
    timeline = null;
    through = null;
    coveredAt = null;
    lastCommit = null;
    lastCommitAt = null;
    lastCommitXid = null;
  }
}
