/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.model.Lsn;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Act 3: a DELETE without WHERE, and the moment before it in a new database. */
final class UndoneDelete implements Act {

  static final String DATABASE = "before_delete";
  private static final double RTO_SECONDS = 600;

  @Override
  public String title() {
    return "Somebody runs DELETE FROM transcripts, without WHERE.";
  }

  @Override
  public String play(Scene scene) throws Exception {
    var target = new AtomicReference<Lsn>();
    var failure = new AtomicReference<@Nullable SQLException>();
    int timeline = scene.timeline();
    try (var holder = scene.source().primary().open()) {
      var snapshot = new AtomicReference<String>("");
      // Still only while the snapshot is taken and the DELETE commits: the snapshot and the target
      // are the same moment then.
      scene.workload.whileStill(
          () -> {
            try {
              snapshot.set(snapshot(holder));
              target.set(lsn(scene));
              delete(scene);
            } catch (SQLException e) {
              failure.set(e);
            }
          });
      var failed = failure.get();
      if (failed != null) {
        throw failed;
      }
      Lsn before = Objects.requireNonNull(target.get());
      int commits = scene.ledger.size();
      var expected = Proof.of(scene.source(), Optional.of(Objects.requireNonNull(snapshot.get())));
      Lsn covered = scene.marker();
      Wait.until(
          "the moment before the DELETE is in the vault",
          Duration.ofSeconds(60),
          scene.log("snapshot-worker"),
          () -> scene.region(scene.primaryRegion()).durableAt(covered, timeline).isPresent(),
          () -> scene.region(scene.primaryRegion()).describe());

      long begin = System.nanoTime();
      scene.tool.run(
          List.of(
              "restore",
              "--to-lsn",
              before.toString(),
              "--into",
              scene.elsewhere.jdbcUrl(DATABASE),
              "--data",
              scene.stack.folder().toString(),
              "--json"),
          Map.of("PGUSER", "postgres", "PGPASSWORD", scene.elsewhere.password().reveal()),
          Duration.ofMinutes(3));
      double took = (System.nanoTime() - begin) / 1e9;
      long meanwhile = (long) scene.ledger.size() - commits;

      var restored = Proof.of(scene.restored(DATABASE), Optional.empty());
      var differences = expected.differences(restored);
      scene.measured(Figure.atMost("restore of the moment before the DELETE", took, RTO_SECONDS));
      scene.measured(
          Figure.exactly("tables that differ from the source as it was", differences.size(), 0));
      scene.measured(Figure.atLeast("commits of the source meanwhile", meanwhile, 1));
      if (!differences.isEmpty()) {
        throw new ActFailedException(
            "the restored database equals the source at " + before,
            String.join("; ", differences),
            scene.log("recovery-orchestrator"));
      }
      return "Restored to "
          + before
          + ": "
          + restored.rows()
          + " rows in "
          + restored.tables().size()
          + " tables, the same bytes; the source went on with "
          + meanwhile
          + " commits.";
    }
  }

  private static String snapshot(Connection holder) throws SQLException {
    try (var statement = holder.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
      try (var row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static Lsn lsn(Scene scene) throws SQLException {
    try (var connection = scene.source().open();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_catalog.pg_current_wal_insert_lsn()::text")) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  private static void delete(Scene scene) throws SQLException {
    try (var connection = scene.source().open();
        var statement = connection.createStatement()) {
      statement.execute("DELETE FROM public.transcripts");
    }
  }
}
