/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.store.ObjectKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Bases and dumps of definitions stand in nobody's way, whatever others lock, in any order. */
@ExtendWith(Seeded.class)
class BaseBesideDdlTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final TableScope SCOPE = new TableScope(List.of("public"), List.of("tmp_%"));
  private static final Duration PATIENCE = Duration.ofMillis(500);

  /** What somebody waits at most: the patience, and what it takes to look and to let go. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private Connections connections;

  @BeforeEach
  void prepare() throws Exception {
    PostgresServer server = servers.postgres();
    server.execute("postgres", "CREATE DATABASE app");
    connections =
        Connections.to(
            DatabaseUrl.parse(server.jdbcUrl("app")),
            new Credentials(PostgresServer.SUPERUSER, server.password()));
    run(
        "CREATE TABLE a (id int PRIMARY KEY, v text)",
        "INSERT INTO a SELECT i, repeat('x', 200) FROM generate_series(1, 5000) i",
        "CREATE TABLE b (id int PRIMARY KEY, v text)",
        "CREATE TABLE c (id int PRIMARY KEY, v text)",
        "CREATE TABLE tmp_d (id int PRIMARY KEY, v text)",
        "CREATE TABLE p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000)",
        "CREATE VIEW w AS SELECT a.id, c.v FROM a JOIN c USING (id)");
  }

  @AfterEach
  void clear() throws Exception {
    servers.postgres().execute("postgres", "DROP DATABASE app WITH (FORCE)");
  }

  @Test
  void noTransactionEndsInADeadlockAndNoneWaitsForLong(Random random) throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger bases = new AtomicInteger();
    AtomicInteger dumps = new AtomicInteger();
    CompletableFuture<Void> basing =
        CompletableFuture.runAsync(() -> repeat(stop, bases, this::base));
    CompletableFuture<Void> dumping =
        CompletableFuture.runAsync(() -> repeat(stop, dumps, this::dump));
    List<Duration> took = new ArrayList<>();
    try {
      for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 12; i++) {
          took.add(migrate(random));
        }
        // Somebody who never pauses leaves a base no time.
        int basesBefore = bases.get();
        int dumpsBefore = dumps.get();
        Eventually.within(Duration.ofSeconds(60))
            .asserted(
                () -> {
                  assertThat(bases).hasValueGreaterThan(basesBefore);
                  assertThat(dumps).hasValueGreaterThan(dumpsBefore);
                });
      }
    } finally {
      stop.set(true);
      basing.get(60, TimeUnit.SECONDS);
      dumping.get(60, TimeUnit.SECONDS);
    }
    assertThat(took).allSatisfy(each -> assertThat(each).isLessThan(LONGEST_WAIT));
  }

  @Test
  void aBaseGivesWayToWhoeverNeedsATableForHimself() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<Boolean> base =
        CompletableFuture.supplyAsync(
            () -> export(new Discarding(stuck, never)).index().tables().isEmpty());
    assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
    long began = System.nanoTime();
    try (Connection migration = connections.named("the-migration").open();
        Statement statement = migration.createStatement()) {
      statement.execute("ALTER TABLE public.b ADD COLUMN w int");
    }
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(LONGEST_WAIT);
    never.countDown();
    assertThat(base)
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(PostgresException.class)
        .withMessageContaining("gave way")
        .withMessageContaining("the-migration")
        .withMessageContaining("table public.b for itself");
    assertThat(export(new Discarding()).index().tables()).hasSize(4);
  }

  @Test
  void noLockIsHeldWhileAnotherIsWaitedFor() throws Exception {
    try (Connection user = connections.open();
        Statement sql = user.createStatement();
        Connection ours = connections.open();
        Statement begin = ours.createStatement()) {
      sql.execute("BEGIN; LOCK TABLE public.c IN ACCESS EXCLUSIVE MODE");
      begin.execute("BEGIN");
      CompletableFuture<TableLocks.Outcome> taken =
          CompletableFuture.supplyAsync(() -> take(ours, Duration.ofSeconds(30)));
      Eventually.soon().asserted(() -> assertThat(waiting("public.c")).isTrue());
      // At once: nobody may hold these now.
      sql.execute("LOCK TABLE public.a, public.b IN ACCESS EXCLUSIVE MODE NOWAIT");
      sql.execute("COMMIT");
      assertThat(taken).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(TableLocks.Outcome.HELD);
      assertThat(take(user, Duration.ofMillis(100))).isEqualTo(TableLocks.Outcome.HELD);
    }
  }

  private static TableLocks.Outcome take(Connection session, Duration limit) {
    try (Statement statement = session.createStatement()) {
      statement.execute("BEGIN");
      return TableLocks.take(
          session,
          TableLocks.Mode.ACCESS_SHARE,
          List.of("public.a", "public.b", "public.c"),
          List.of("public.w"),
          limit);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean waiting(String table) throws SQLException {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = '"
                    + table
                    + "'::regclass)")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** Locks tables in any order, as migrations do; finds deadlocks much faster than people do. */
  private Duration migrate(Random random) throws SQLException {
    List<String> commands =
        new ArrayList<>(
            List.of(
                "ALTER TABLE public.a ALTER COLUMN v SET STATISTICS 10",
                "LOCK TABLE public.b IN ACCESS EXCLUSIVE MODE",
                "TRUNCATE public.c",
                "LOCK TABLE ONLY public.p IN ACCESS EXCLUSIVE MODE",
                "TRUNCATE public.p1",
                "LOCK TABLE public.tmp_d IN ACCESS EXCLUSIVE MODE",
                "DROP VIEW public.w; CREATE VIEW public.w AS SELECT a.id, c.v FROM public.a JOIN"
                    + " public.c USING (id)"));
    Collections.shuffle(commands, random);
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      statement.execute("SET deadlock_timeout = '20ms'");
      long began = System.nanoTime();
      statement.execute("BEGIN");
      for (String command : commands.subList(0, 2 + random.nextInt(commands.size() - 2))) {
        statement.execute(command);
        if (random.nextInt(3) == 0) {
          statement.execute("SELECT pg_sleep(" + random.nextInt(40) / 1000.0 + ")");
        }
      }
      statement.execute("COMMIT");
      return Duration.ofNanos(System.nanoTime() - began);
    }
  }

  private interface Work {
    boolean done() throws SQLException;
  }

  private static void repeat(AtomicBoolean stop, AtomicInteger done, Work work) {
    while (!stop.get()) {
      try {
        if (work.done()) {
          done.incrementAndGet();
        }
      } catch (PostgresException e) {
        assertThat(e.reason())
            .as(e.getMessage())
            .isIn(PostgresException.Reason.BLOCKED, PostgresException.Reason.SCHEMA_CHANGED);
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private boolean base() {
    export(new Discarding());
    return true;
  }

  private ExportedBase export(ChunkSink sink) {
    BaseExporter exporter =
        new BaseExporter(
            connections,
            SCOPE,
            "holdfast_main",
            BaseOptions.DEFAULT.withPatience(PATIENCE),
            InstantSource.system());
    try (TakenSnapshot snapshot = exporter.takeBesideSlot()) {
      return exporter.export(snapshot, sink, progress -> {});
    }
  }

  private boolean dump() throws SQLException {
    try (Connection session = connections.open()) {
      session.setAutoCommit(false);
      session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      CatalogState state = CatalogState.read(session, SCOPE);
      return new SchemaExporter(connections, PATIENCE)
          .export(
              session,
              state,
              new Position("1", 1, dev.holdfast.model.Lsn.parse("0/1")),
              List.of(),
              SCOPE,
              new Discarding())
          .isPresent();
    }
  }

  private void run(String... commands) throws SQLException {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      statement.execute("SET search_path = public");
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }

  /** Keeps nothing; may be a store that takes nothing for a while. */
  private record Discarding(CountDownLatch stuck, CountDownLatch until) implements ChunkSink {

    Discarding() {
      this(new CountDownLatch(0), new CountDownLatch(0));
    }

    @Override
    public Chunk begin(dev.holdfast.vault.ObjectKind kind) {
      return new Chunk() {
        private long bytes;

        @Override
        public void write(int b) {
          bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) {
          bytes += length;
        }

        @Override
        public long storedBytes() {
          return bytes;
        }

        @Override
        public ObjectRef finish() {
          stuck.countDown();
          try {
            until.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
          }
          return new ObjectRef(new ObjectKey("chunk"), kind, bytes, "0".repeat(64), "key");
        }

        @Override
        public void close() {}
      };
    }
  }
}
