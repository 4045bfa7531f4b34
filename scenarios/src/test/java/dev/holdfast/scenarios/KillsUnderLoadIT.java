/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.standalone.demo.Ledger;
import dev.holdfast.standalone.demo.Platform;
import dev.holdfast.standalone.demo.Workload;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.Seeded;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Parts of the suite are killed with -9 and its network is cut, under load and at random moments:
 * no commit is lost and none doubled.
 */
@Tag("scenario")
class KillsUnderLoadIT {

  private static final int ROUNDS = Boolean.getBoolean("holdfast.long") ? 300 : 12;

  /** Rounds after which the source's whole content is kept, to compare a restore with. */
  private static final int KEPT = ROUNDS / 2;

  /** Commits of the load that a silence of the network lasts at least: some seconds. */
  private static final int SILENCE = 350;

  @TempDir Path folder;

  @Test
  void everyAcknowledgedCommitIsSealedOnceAndInEveryRestoreWhateverIsKilled() throws Exception {
    var random = Seeded.announced("kills under load");
    try (var faulty = new FaultyStack(folder.resolve("data"), 28200);
        var ledger = new Ledger(folder.resolve("ledger"))) {
      var stack = faulty.stack;
      stack.start(() -> load(stack));
      List<StillMoment> moments = new ArrayList<>();
      try (var workload =
              new Workload(stack.source(), stack.owner(), ledger, 3, random.nextLong());
          var vault = new SealedTransactions(stack, FaultyStack.REGION)) {
        workload.start();
        for (int round = 1; round <= ROUNDS; round++) {
          round(faulty, ledger, random, round);
          assertTheSlotKeepsWhatIsNotSealed(stack, vault);
          if (round % KEPT == 0) {
            moments.add(stillMoment(stack, workload, ledger));
          }
        }
        workload.close();
        Eventually.within(Duration.ofSeconds(120))
            .asserted(
                () -> {
                  marker(stack);
                  vault.through();
                  assertThat(vault.transactions()).containsAll(ledger.commits().keySet());
                });
        assertThat(ledger.size()).isGreaterThan(40 * ROUNDS);
        moments.set(moments.size() - 1, stillMoment(stack, workload, ledger));
        awaitSealed(stack, vault, moments.getLast().through());
      }
      for (StillMoment moment : moments) {
        assertRestored(stack, moment);
      }
      assertTheOthersCaughtUp(stack, ledger.commits().keySet());
    }
  }

  /** One fault at a random moment, or two at once; then the load gets on. */
  private static void round(FaultyStack faulty, Ledger ledger, Random random, int round)
      throws InterruptedException, ExecutionException {
    int before = ledger.size();
    int moment = random.nextInt(120);
    Eventually.within(Duration.ofSeconds(60))
        .is("the load goes on before round " + round, () -> ledger.size() > before + moment);
    List<Fault> faults = new ArrayList<>(List.of(Fault.values()));
    Collections.shuffle(faults, random);
    List<Fault> chosen = faults.subList(0, random.nextInt(3) == 0 ? 2 : 1);
    System.err.println("round " + round + ", " + ledger.size() + " commits: " + chosen);
    int then = ledger.size();
    try (ExecutorService striking = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> strikes = new ArrayList<>();
      for (Fault fault : chosen) {
        Callable<Void> strike =
            () -> {
              faulty.strike(fault, () -> ledger.size() > then + SILENCE);
              return null;
            };
        strikes.add(striking.submit(strike));
      }
      for (Future<Void> strike : strikes) {
        strike.get();
      }
    }
  }

  /** The slot first: what was sealed in between is only more. */
  private static void assertTheSlotKeepsWhatIsNotSealed(
      LocalStack stack, SealedTransactions vault) {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () -> {
              Lsn slot;
              try (var connection = source(stack).open();
                  var statement = connection.createStatement();
                  var row =
                      statement.executeQuery(
                          "SELECT confirmed_flush_lsn FROM pg_catalog.pg_replication_slots"
                              + " WHERE slot_name = 'holdfast_main'")) {
                assertThat(row.next()).as("the slot is there").isTrue();
                slot = Lsn.parse(row.getString(1));
              }
              assertThat(slot).isLessThanOrEqualTo(vault.through());
            });
  }

  private static StillMoment stillMoment(LocalStack stack, Workload workload, Ledger ledger) {
    List<StillMoment> kept = new ArrayList<>();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () ->
                workload.whileStill(
                    () -> {
                      try {
                        kept.add(StillMoment.of(source(stack), ledger.commits().keySet()));
                      } catch (SQLException e) {
                        throw new IllegalStateException(e);
                      }
                    }));
    return kept.getFirst();
  }

  private static void awaitSealed(LocalStack stack, SealedTransactions vault, Lsn position) {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () -> {
              marker(stack);
              assertThat(vault.through()).isGreaterThanOrEqualTo(position);
            });
  }

  private void assertRestored(LocalStack stack, StillMoment moment)
      throws SQLException, IOException {
    Path apart = Files.createTempDirectory(folder, "restore");
    try (var restored =
            BrokenOutDatabase.at(stack, apart, "--to-lsn", moment.through().toString());
        var connection = restored.connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT tx FROM public.workload WHERE tx > 0")) {
      Set<Long> there = new HashSet<>();
      while (rows.next()) {
        assertThat(there.add(rows.getLong(1))).as("%s once", rows.getLong(1)).isTrue();
      }
      assertThat(there).containsAll(moment.acknowledged());
      assertThat(StillMoment.content(restored.connections())).isEqualTo(moment.content());
    }
  }

  /** What copies and what tells of it were killed too. */
  private static void assertTheOthersCaughtUp(LocalStack stack, Set<Long> acknowledged) {
    try (var vault = new SealedTransactions(stack, "us-west-2")) {
      Eventually.within(Duration.ofSeconds(60))
          .asserted(
              () -> {
                vault.through();
                assertThat(vault.transactions()).containsAll(acknowledged);
              });
    }
    Eventually.within(Duration.ofSeconds(60)).asserted(() -> Answers.assertNeverStartedOver(stack));
  }

  private static void load(LocalStack stack) {
    var owner = stack.owner();
    try (var connection =
        DriverManager.getConnection(
            stack.source().jdbc(), owner.user(), owner.password().reveal())) {
      // The tables that the load inserts into begin empty: bases and restores are not the point.
      Platform.load(
          connection,
          sql ->
              !sql.startsWith("INSERT INTO calls") && !sql.startsWith("INSERT INTO transcripts"));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A commit that ends after all before: what covers it covers them. */
  private static void marker(LocalStack stack) throws SQLException {
    try (var connection = source(stack).open();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO public.user_roles VALUES ('marker', pg_catalog.gen_random_uuid()::text, now())");
    }
  }

  private static Connections source(LocalStack stack) {
    return Connections.to(stack.source(), stack.owner());
  }
}
