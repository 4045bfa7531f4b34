/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.model.Lsn;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Act 3: a DELETE without WHERE, found in the vault by what it did, and the moment before it in a
 * new database.
 */
final class UndoneDelete implements Act {

  static final String DATABASE = "before_delete";
  private static final double RTO_SECONDS = 600;
  private static final ObjectMapper JSON = new ObjectMapper();

  @Override
  public String title() {
    return "Somebody runs DELETE FROM transcripts, without WHERE.";
  }

  @Override
  public String play(Scene scene) throws Exception {
    var target = new AtomicReference<Lsn>();
    var failure = new AtomicReference<@Nullable SQLException>();
    int timeline = scene.timeline();
    Instant since = Instant.now();
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

      long searched = System.nanoTime();
      long culprit = culprit(scene, since);
      double found = (System.nanoTime() - searched) / 1e9;

      long begin = System.nanoTime();
      scene.tool.run(
          List.of(
              "restore",
              "--before-xid",
              String.valueOf(culprit),
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
      scene.measured(Figure.atMost("the DELETE's transaction is found", found, RTO_SECONDS));
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
      return "Found transaction "
          + culprit
          + " in the vault and restored the moment before it: "
          + restored.rows()
          + " rows in "
          + restored.tables().size()
          + " tables, the same bytes; the source went on with "
          + meanwhile
          + " commits.";
    }
  }

  /** The transaction that deleted most of the rows, as 'holdfast changes' tells. */
  private static long culprit(Scene scene, Instant since) throws IOException {
    String printed =
        scene.tool.run(
            List.of(
                "changes",
                "--table",
                "public.transcripts",
                "--from",
                since.toString(),
                "--rows",
                "0",
                "--limit",
                "1000000",
                "--data",
                scene.stack.folder().toString(),
                "--json"),
            Map.of(),
            Duration.ofMinutes(1));
    long most = 0;
    long xid = 0;
    for (JsonNode transaction : JSON.readTree(printed).path("transactions")) {
      long deleted = transaction.path("tables").path(0).path("deleted").asLong();
      if (deleted > most) {
        most = deleted;
        xid = transaction.path("xid").asLong();
      }
    }
    if (most == 0) {
      throw new ActFailedException(
          "the DELETE is found in the vault", "no transaction deleted rows", scene.log("demo-cli"));
    }
    return xid;
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
