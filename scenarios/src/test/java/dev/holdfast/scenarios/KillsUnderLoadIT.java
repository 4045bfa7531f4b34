/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.standalone.LocalStack;
import dev.holdfast.standalone.demo.Ledger;
import dev.holdfast.standalone.demo.Platform;
import dev.holdfast.standalone.demo.RegionWatch;
import dev.holdfast.standalone.demo.Workload;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.Seeded;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Killing parts of the suite with -9 under load loses no commit and doubles none. */
@Tag("scenario")
class KillsUnderLoadIT {

  private static final int ROUNDS = Boolean.getBoolean("holdfast.long") ? 10 : 1;

  @TempDir Path folder;

  @Test
  void everyAcknowledgedCommitIsInARestoreExactlyOnceAfterKills() throws Exception {
    var random = Seeded.announced("kills under load");
    try (var stack = LocalStack.open(folder.resolve("data"), 28200, Map.of(), System.out);
        var ledger = new Ledger(folder.resolve("ledger"))) {
      stack.start(() -> load(stack));
      var owner = stack.owner();
      try (var workload = new Workload(stack.source(), owner, ledger, 3, random.nextLong());
          var watch = RegionWatch.start(stack, "us-east-1")) {
        workload.start();
        for (int round = 0; round < ROUNDS; round++) {
          var victims =
              new ArrayList<>(List.of("snapshot-worker", LocalStack.KAFKA, "catalog-service"));
          Collections.shuffle(victims, random);
          for (String victim : victims) {
            int before = ledger.size();
            Eventually.within(Duration.ofSeconds(30))
                .is("load goes on before " + victim + " dies", () -> ledger.size() > before + 100);
            stack.kill(victim);
            Eventually.within(Duration.ofSeconds(60))
                .is(victim + " runs again", () -> stack.runs(victim));
          }
        }
        workload.close();
        var last = KillsUnderLoadIT.lsn(stack);
        Eventually.within(Duration.ofSeconds(120))
            .is("everything is in the vault", () -> watch.durableAt(last, 1).isPresent());
      }
      var restored = restore(stack);
      assertThat(ledger.commits()).hasSizeGreaterThan(300 * ROUNDS);
      assertThat(restored.keySet()).containsAll(ledger.commits().keySet());
      assertThat(restored.values()).allMatch(count -> count == 1);
    }
  }

  private static void load(LocalStack stack) {
    var owner = stack.owner();
    try (var connection =
        DriverManager.getConnection(
            stack.source().jdbc(), owner.user(), owner.password().reveal())) {
      Platform.load(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static dev.holdfast.model.Lsn lsn(LocalStack stack) throws SQLException {
    var owner = stack.owner();
    try (var connection =
            DriverManager.getConnection(
                stack.source().jdbc(), owner.user(), owner.password().reveal());
        var statement = connection.createStatement()) {
      dev.holdfast.model.Lsn lsn;
      try (var row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text")) {
        row.next();
        lsn = dev.holdfast.model.Lsn.parse(row.getString(1));
      }
      // A commit that ends after it: what covers this one covers all before.
      statement.execute("INSERT INTO workload (tx, worker, at) VALUES (0, -1, clock_timestamp())");
      return lsn;
    }
  }

  /** How often each of the workload's transactions is in a restore of the latest moment. */
  private Map<Long, Integer> restore(LocalStack stack) throws SQLException {
    try (var restored = BrokenOutDatabase.latest(stack, folder);
        var connection = restored.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT tx FROM public.workload WHERE tx > 0")) {
      var counts = new HashMap<Long, Integer>();
      while (rows.next()) {
        counts.merge(rows.getLong(1), 1, Integer::sum);
      }
      return counts;
    }
  }
}
