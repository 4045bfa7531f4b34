/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A change segment. */
@Entity
@Table(name = "segment")
@IdClass(ManifestKey.class)
@SuppressWarnings("NullAway.Init")
class SegmentRow {
  @Id String source;
  @Id long manifest;
  int epoch;
  int timeline;

  @Column(name = "from_lsn")
  Lsn from;

  @Column(name = "through_lsn")
  Lsn through;

  @Column(name = "first_commit_lsn")
  @Nullable Lsn firstCommit;

  @Column(name = "first_commit_at")
  @Nullable Instant firstCommitAt;

  @Column(name = "first_commit_xid")
  @Nullable Long firstCommitXid;

  @Column(name = "last_commit_lsn")
  @Nullable Lsn lastCommit;

  @Column(name = "last_commit_at")
  @Nullable Instant lastCommitAt;

  @Column(name = "last_commit_xid")
  @Nullable Long lastCommitXid;

  @Column(name = "earliest_at")
  @Nullable Instant earliestAt;

  @Column(name = "latest_at")
  @Nullable Instant latestAt;

  @Column(name = "covered_at")
  Instant coveredAt;

  @Column(name = "sealed_at")
  Instant sealedAt;

  long transactions;
  long changes;
  long bytes;

  Optional<CommitPoint> lastCommit() {
    return commit(lastCommit, lastCommitAt, lastCommitXid);
  }

  SegmentSealed toEntry() {
    return new SegmentSealed(
        epoch,
        timeline,
        from,
        through,
        commit(firstCommit, firstCommitAt, firstCommitXid),
        lastCommit(),
        Optional.ofNullable(earliestAt),
        Optional.ofNullable(latestAt),
        coveredAt,
        transactions,
        changes,
        List.of());
  }

  static Optional<CommitPoint> commit(
      @Nullable Lsn end, @Nullable Instant time, @Nullable Long xid) {
    return end == null || time == null || xid == null
        ? Optional.empty()
        : Optional.of(new CommitPoint(end, time, xid));
  }
}
