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
import java.util.ArrayList;
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
 * @param dependents when a transaction was left out
 * @param beside when the rows stand beside the tables of a database in use
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
    List<String> notes,
    Optional<Dependents> dependents,
    Optional<Beside> beside) {

  /**
   * Rows of the transaction that was left out which later ones built on: they are as those left
   * them.
   *
   * @param xid of the transaction
   * @param table that names them, quoted
   */
  public record Dependents(long xid, long rows, String table) {}

  /**
   * Where the rows stand.
   *
   * @param keptAside tables with what the live ones held before, quoted; empty when nothing was put
   *     in place
   */
  public record Beside(String schema, List<String> keptAside) {

    public Beside {
      keptAside = List.copyOf(keptAside);
    }
  }

  public RestoreReport {
    tables = List.copyOf(tables);
    notes = List.copyOf(notes);
  }

  /** The same rows, put in place as well. */
  RestoreReport inPlace(List<String> more, List<String> keptAside) {
    List<String> all = new ArrayList<>(more);
    all.addAll(notes);
    return new RestoreReport(
        source,
        base,
        reached,
        lastCommit,
        asOf,
        rpo,
        tables,
        storedBytes,
        startedAt,
        took,
        all,
        dependents,
        beside.map(it -> new Beside(it.schema(), keptAside)));
  }

  public long rows() {
    return tables.stream().mapToLong(TableContent::rows).sum();
  }
}
