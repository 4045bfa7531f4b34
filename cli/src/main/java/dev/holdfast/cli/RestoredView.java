/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.restore.RestoreReport;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a restored database really holds; JSON output of {@code restore}.
 *
 * @param into without credentials
 * @param lsn it holds exactly the commits that end at or before this one, on {@code timeline}
 * @param lastCommit the newest commit in it; null when none came after the base snapshot
 * @param asOf everything committed before this moment is in it, as far as the target asked for it
 * @param rpoSeconds for the latest recovery point, age of {@code asOf} when the restore began
 * @param storedBytes read from the vault
 * @param notes what is not exact, or was not carried over, and why
 */
record RestoredView(
    Optional<String> run,
    String source,
    String into,
    String base,
    Lsn lsn,
    int timeline,
    Optional<Commit> lastCommit,
    Instant asOf,
    Optional<Double> rpoSeconds,
    double tookSeconds,
    long rows,
    long storedBytes,
    List<Table> tables,
    List<String> notes,
    Optional<Beside> beside,
    Optional<Dependents> dependents) {

  record Commit(Lsn lsn, Instant time, long xid) {}

  /**
   * @param hash of all rows whatever their order
   */
  record Table(String schema, String name, long rows, String hash) {}

  /**
   * @param keptAside tables with what the live ones held before
   */
  record Beside(String schema, List<String> keptAside) {}

  /**
   * @param rows that the transaction which was left out had changed, and later ones built on
   * @param table that names them
   */
  record Dependents(long xid, long rows, String table) {}

  static RestoredView of(Optional<String> run, String into, RestoreReport report) {
    return new RestoredView(
        run,
        report.source().value(),
        into,
        report.base(),
        report.reached().lsn(),
        report.reached().timeline(),
        report.lastCommit().map(commit -> new Commit(commit.end(), commit.time(), commit.xid())),
        report.asOf(),
        report.rpo().map(rpo -> rpo.toMillis() / 1000.0),
        report.took().toMillis() / 1000.0,
        report.rows(),
        report.storedBytes(),
        report.tables().stream()
            .map(table -> new Table(table.schema(), table.name(), table.rows(), table.hash()))
            .toList(),
        report.notes(),
        report.beside().map(it -> new Beside(it.schema(), it.keptAside())),
        report.dependents().map(it -> new Dependents(it.xid(), it.rows(), it.table())));
  }

  void print(Console console, boolean json) {
    if (json) {
      console.out().println(Json.write(this));
      return;
    }
    console.out().println("restored source " + source + " into " + into);
    console.out().println("  LSN          " + lsn + " on timeline " + timeline);
    console
        .out()
        .println(
            "  last commit  "
                + lastCommit
                    .map(commit -> commit.time + " at " + commit.lsn)
                    .orElse("none after base snapshot " + base));
    console.out().println("  complete to  " + asOf);
    console
        .out()
        .printf(
            Locale.ROOT,
            "  took         %.1f s, %s read%n",
            tookSeconds,
            Progress.bytes(storedBytes));
    beside.ifPresent(
        it -> {
          console.out().println("  beside       schema " + it.schema);
          it.keptAside.forEach(
              table -> console.out().println("  in place     what was there before: " + table));
        });
    rpoSeconds.ifPresent(rpo -> console.out().printf(Locale.ROOT, "  RPO          %.1f s%n", rpo));
    console.out().println();
    console.out().printf(Locale.ROOT, "%-44s %14s  %s%n", "table", "rows", "content hash");
    for (Table table : tables) {
      console
          .out()
          .printf(
              Locale.ROOT,
              "%-44s %14d  %s%n",
              table.schema + "." + table.name,
              table.rows,
              table.hash);
    }
    notes.forEach(note -> console.out().println("note: " + note));
  }
}
