/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.verify.TableContent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a finished restore really brought back.
 *
 * @param reached the target database holds exactly the commits that end at or before it
 * @param lastCommit newest commit in it; empty when none came after the base
 * @param asOf everything committed before it is in the database, as far as the target asked for it
 * @param rpo for the latest recovery point, from {@code asOf} to the restore's start: what was
 *     committed in it is not in the database. Empty for a target in the past
 * @param tables every restored table, by schema and name; read back from the target and equal to
 *     what was loaded
 * @param storedBytes read from the vault
 * @param notes what is not exact, or was not carried over, and why
 */
public record RestoreReport(
    SourceId source,
    String base,
    Position reached,
    Optional<CommitPoint> lastCommit,
    Instant asOf,
    Optional<Duration> rpo,
    List<TableContent> tables,
    long storedBytes,
    Instant startedAt,
    Duration took,
    List<String> notes) {

  public RestoreReport {
    tables = List.copyOf(tables);
    notes = List.copyOf(notes);
  }

  public long rows() {
    return tables.stream().mapToLong(TableContent::rows).sum();
  }
}
