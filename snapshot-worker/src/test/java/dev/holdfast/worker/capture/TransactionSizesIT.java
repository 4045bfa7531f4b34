/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Transactions come back whole or not at all, however many and however large they are. */
class TransactionSizesIT {

  private static final boolean LONG = Boolean.getBoolean("holdfast.long");

  private static final int SESSIONS = 200;
  private static final int EACH = 50;

  private static final int ROWS = LONG ? 5_000_000 : 300_000;

  /** Of 32 bytes each: more than the heap of the capture in any case. */
  private static final int WORDS = LONG ? 3 : 12;

  private static final String HEAP = "96m";

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres =
      servers.newPostgres(
          options ->
              options
                  .setting("max_connections", Integer.toString(SESSIONS + 50))
                  .setting("max_wal_size", "2GB"));
  private RoundTrip trip;

  @BeforeEach
  void prepare() throws Exception {
    trip = new RoundTrip(folder, postgres);
  }

  @AfterEach
  void clear() throws Exception {
    trip.close();
    postgres.execute("postgres", "DROP DATABASE IF EXISTS restored WITH (FORCE)");
  }

  @Test
  void tenThousandTransactionsOfManySessionsComeBackOnceEach() throws Exception {
    trip.run(
        "CREATE TABLE public.many (id int PRIMARY KEY, session int NOT NULL, v text NOT NULL)",
        "CREATE TABLE public.counters (id int PRIMARY KEY, n bigint NOT NULL)",
        "INSERT INTO public.counters SELECT i, 0 FROM generate_series(0, " + SESSIONS + ") i");
    trip.protect();

    // All are open at once, and commit at once.
    CyclicBarrier together = new CyclicBarrier(SESSIONS);
    int committed = 0;
    try (ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> counts = new ArrayList<>();
      for (int i = 0; i < SESSIONS; i++) {
        int session = i;
        counts.add(sessions.submit(() -> session(session, together)));
      }
      for (Future<Integer> count : counts) {
        committed += count.get();
      }
    }

    assertThat(committed).isEqualTo(SESSIONS * EACH * 9 / 10);
    trip.restoreAndCompareRows("restored");
    assertThat(
            trip.rig.entries(SegmentSealed.class).stream()
                .mapToLong(SegmentSealed::transactions)
                .sum())
        .isEqualTo(committed);
  }

  /** Every tenth transaction is rolled back, every seventh uses savepoints. */
  private static int session(int session, CyclicBarrier together) throws Exception {
    int committed = 0;
    try (Connection connection = postgres.connect("app");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int n = 0; n < EACH; n++) {
        int id = session * EACH + n;
        insert(statement, id, session, "first");
        statement.execute("UPDATE public.counters SET n = n + 1 WHERE id = " + session);
        if (id % 7 == 0) {
          Savepoint outer = connection.setSavepoint();
          insert(statement, id + 100_000, session, "undone");
          Savepoint inner = connection.setSavepoint();
          statement.execute("UPDATE public.many SET v = 'undone too' WHERE id = " + id);
          connection.rollback(inner);
          connection.rollback(outer);
          statement.execute("UPDATE public.many SET v = 'kept' WHERE id = " + id);
        }
        together.await();
        if (id % 10 == 3) {
          connection.rollback();
        } else {
          connection.commit();
          committed++;
        }
      }
    }
    return committed;
  }

  private static void insert(Statement statement, int id, int session, String value)
      throws SQLException {
    statement.execute(
        "INSERT INTO public.many VALUES (" + id + ", " + session + ", '" + value + "')");
  }

  @Test
  void aTransactionOfAThousandSavepointsIsWhatWasNotRolledBack() throws Exception {
    trip.run("CREATE TABLE public.steps (id int PRIMARY KEY, v text)");
    trip.protect();
    try (Connection connection = postgres.connect("app");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 1000; i++) {
        Savepoint savepoint = connection.setSavepoint();
        statement.execute("INSERT INTO public.steps VALUES (" + i + ", 'new')");
        statement.execute("UPDATE public.steps SET v = v || '.' WHERE id >= " + (i - 1));
        switch (i % 3) {
          case 0 -> connection.rollback(savepoint);
          case 1 -> connection.releaseSavepoint(savepoint);
          default -> {
            // Nested in those that follow.
          }
        }
      }
      connection.commit();
      // One that is rolled back after all that leaves nothing.
      statement.execute("DELETE FROM public.steps");
      connection.rollback();
    }
    trip.restoreAndCompareRows("restored");
    assertThat(trip.rig.ask("SELECT count(*) FROM public.steps")).isEqualTo("666");
    assertThat(
            trip.rig.entries(SegmentSealed.class).stream().mapToLong(SegmentSealed::transactions))
        .filteredOn(transactions -> transactions > 0)
        .containsExactly(1L);
  }

  @Test
  void aTransactionLargerThanTheHeapIsCapturedAndRestored() throws Exception {
    trip.run("CREATE TABLE public.large (id int PRIMARY KEY, v text NOT NULL)");
    try (ChildProcess capture =
        CaptureProcess.capture(
            folder,
            postgres,
            new Credentials(PostgresServer.SUPERUSER, postgres.password()),
            HEAP,
            Duration.ofSeconds(2))) {
      Eventually.within(Duration.ofSeconds(60))
          .asserted(
              () -> {
                assertThat(capture.isAlive()).as(capture.logTail(20)).isTrue();
                assertThat(CaptureProcess.chain(folder)).anyMatch(BaseSealed.class::isInstance);
              });
      trip.run(
          "INSERT INTO public.large SELECT i, repeat(md5(i::text), "
              + WORDS
              + ") FROM generate_series(1, "
              + ROWS
              + ") i");
      Eventually.within(Duration.ofMinutes(10))
          .asserted(
              () -> {
                assertThat(capture.isAlive()).as(capture.logTail(20)).isTrue();
                assertThat(CaptureProcess.chain(folder))
                    .anyMatch(
                        entry ->
                            entry instanceof SegmentSealed segment
                                && segment.transactions() == 1
                                && segment.changes() == ROWS);
              });
    }
    try (ChildProcess restore =
        CaptureProcess.restore(folder, postgres, "large_restored", LONG ? "5g" : "1g")) {
      assertThat(restore.onExit().join()).as(restore.logTail(20)).isZero();
    }
    assertThat(content("large_restored")).isEqualTo(content("app")).startsWith(ROWS + " ");
    postgres.execute("postgres", "DROP DATABASE large_restored");
  }

  private static String content(String database) throws SQLException {
    try (Connection connection = postgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) || ' ' || sum(hashtextextended(t::text, 0)::numeric)"
                    + " FROM public.large t")) {
      row.next();
      return row.getString(1);
    }
  }
}
