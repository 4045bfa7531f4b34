/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.wire.PgOutputDecoder;
import dev.holdfast.postgres.wire.PgOutputMessage;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot and the stream after it hold every commit once, whatever runs beside. */
class SnapshotIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final TableScope SCOPE = new TableScope(List.of("public"), List.of());
  private static final String PUBLICATION = "holdfast_main";
  private static final String SLOT = "holdfast_main";

  private static final EmbeddedPostgres server =
      servers.newPostgres(o -> o.setting("max_prepared_transactions", "5"));

  @BeforeEach
  void prepare() throws SQLException {
    server.execute("postgres", "CREATE DATABASE app");
    server.execute(
        "app",
        "CREATE TABLE public.t (id int PRIMARY KEY, v text)",
        "INSERT INTO public.t SELECT i, 'old' FROM generate_series(1, 100) i");
  }

  @AfterEach
  void clear() throws SQLException {
    server.execute(
        "postgres",
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots",
        "DROP DATABASE app WITH (FORCE)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUNCATE public.t",
        "ALTER TABLE public.t ALTER COLUMN v TYPE varchar(10)",
        "VACUUM FULL public.t",
        "CLUSTER public.t USING t_pkey",
        "DROP TABLE public.t",
        "ALTER TABLE public.t ADD COLUMN w int",
        "ALTER TABLE public.t REPLICA IDENTITY FULL",
        "CREATE TABLE public.u (id int PRIMARY KEY)"
      })
  void whatChangesBetweenASnapshotAndItsLocksHasItTakenAgain(String statement) throws Exception {
    new Publications(connections(), Duration.ofSeconds(10)).apply(PUBLICATION, SCOPE);
    ReplicationSlots slots = new ReplicationSlots(connections());
    ReplicationSlots.Created slot = slots.create(SLOT, true, Duration.ofSeconds(30));
    try {
      server.execute("app", statement);
      assertThat(taker().take(slot)).isEmpty();
    } finally {
      slot.connection().close();
    }
    // The next one is of what is there now.
    try (TakenSnapshot taken = exporter(BaseOptions.DEFAULT).takeBesideSlot()) {
      assertThat(rows(taken)).isEqualTo(rowsNow());
    }
  }

  @Test
  void aTableThatIsEmptiedAllTheTimeIsNeverTakenForAnEmptyOne() throws Exception {
    AtomicBoolean stop = new AtomicBoolean();
    try (ExecutorService beside = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> emptying =
          beside.submit(
              () -> {
                // The table is never without its rows in any committed state.
                while (!stop.get()) {
                  server.execute(
                      "app",
                      "BEGIN; SET LOCAL lock_timeout = '1s'; TRUNCATE public.t; INSERT INTO"
                          + " public.t SELECT i, 'new' FROM generate_series(1, 100) i; COMMIT");
                }
                return null;
              });
      try {
        for (int i = 0; i < 10; i++) {
          try (TakenSnapshot taken =
              exporter(
                      BaseOptions.DEFAULT.withTimeouts(
                          Duration.ofSeconds(30), Duration.ofSeconds(10)))
                  .takeBesideSlot()) {
            assertThat(rows(taken)).startsWith("100 ");
          } catch (PostgresException e) {
            assertThat(e.reason()).isEqualTo(Reason.SCHEMA_CHANGED);
          }
        }
      } finally {
        stop.set(true);
        try {
          emptying.get();
        } catch (java.util.concurrent.ExecutionException e) {
          // Its lock was not granted in time: a base was reading.
          assertThat(e.getCause()).hasMessageContaining("lock timeout");
        }
      }
    }
  }

  @Test
  void besideAStormOfCommitsSnapshotAndStreamHoldEachOnce() throws Exception {
    AtomicInteger ids = new AtomicInteger(1000);
    AtomicBoolean stop = new AtomicBoolean();
    List<TreeSet<Integer>> seen = new ArrayList<>();
    try (ExecutorService storm = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        boolean asynchronous = i % 2 == 0;
        writers.add(storm.submit(() -> commitAll(ids, stop, asynchronous)));
      }
      try {
        for (int i = 0; i < 8; i++) {
          try (TakenSnapshot taken = exporter(BaseOptions.DEFAULT).takeWithSlot("storm_" + i)) {
            seen.add(ids(taken));
          }
        }
      } finally {
        stop.set(true);
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    }
    // Slots show what is flushed: so is, with this one, what was committed without waiting for it.
    server.execute("app", "INSERT INTO public.t VALUES (0, 'last')");
    TreeSet<Integer> all = new TreeSet<>();
    try (Connection connection = server.connect("app")) {
      all.addAll(integers(connection, "SELECT id FROM public.t"));
    }
    assertThat(all).hasSizeGreaterThan(1000);
    for (int i = 0; i < seen.size(); i++) {
      TreeSet<Integer> streamed = streamed("storm_" + i);
      TreeSet<Integer> twice = new TreeSet<>(seen.get(i));
      twice.retainAll(streamed);
      assertThat(twice).as("in snapshot %s and in its stream", i).isEmpty();
      TreeSet<Integer> lost = new TreeSet<>(all);
      lost.removeAll(seen.get(i));
      lost.removeAll(streamed);
      assertThat(lost).as("neither in snapshot %s nor in its stream", i).isEmpty();
    }
  }

  private static Void commitAll(AtomicInteger ids, AtomicBoolean stop, boolean asynchronous)
      throws SQLException {
    try (Connection connection = server.connect("app");
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = " + (asynchronous ? "off" : "on"));
      while (!stop.get()) {
        statement.execute("INSERT INTO public.t VALUES (" + ids.incrementAndGet() + ", 'storm')");
      }
    }
    return null;
  }

  @Test
  void aPreparedTransactionThatStandsInTheWayIsNamedAndNoSlotIsLeft() throws Exception {
    server.execute(
        "app", "BEGIN; INSERT INTO public.t VALUES (-1, 'x'); PREPARE TRANSACTION 'forgotten'");
    assertBlockedBy("prepared transaction 'forgotten'", "ROLLBACK PREPARED");

    server.execute("app", "ROLLBACK PREPARED 'forgotten'");
    exporter(BaseOptions.DEFAULT).takeWithSlot(SLOT).close();
  }

  @Test
  void anOpenTransactionThatStandsInTheWayIsNamedAndNoSlotIsLeft() throws Exception {
    try (Connection connection = server.connect("app");
        Statement statement = connection.createStatement()) {
      statement.execute("SET application_name = 'nightly job'");
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO public.t VALUES (-1, 'x')");
      assertBlockedBy("application 'nightly job'", "pg_terminate_backend");
      connection.rollback();
    }
    exporter(BaseOptions.DEFAULT).takeWithSlot(SLOT).close();
  }

  private static void assertBlockedBy(String who, String fix) throws SQLException {
    BaseExporter impatient =
        exporter(BaseOptions.DEFAULT.withTimeouts(Duration.ofSeconds(2), Duration.ofSeconds(2)));
    assertThatThrownBy(() -> impatient.takeWithSlot(SLOT))
        .isInstanceOfSatisfying(
            PostgresException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.BLOCKED);
              assertThat(e.what()).contains(who);
              assertThat(e.fix()).contains(fix);
            });
    try (Connection connection = server.connect("app")) {
      assertThat(integers(connection, "SELECT count(*) FROM pg_replication_slots"))
          .containsExactly(0);
    }
  }

  @Test
  void rowsThatAPolicyHidesMakeABaseFailInsteadOfMissing() throws Exception {
    server.execute(
        "app",
        "CREATE ROLE reader LOGIN REPLICATION PASSWORD 'reader'",
        "GRANT CREATE ON DATABASE app TO reader",
        "ALTER TABLE public.t OWNER TO reader",
        "ALTER TABLE public.t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
        "CREATE POLICY few ON public.t USING (id < 10)");
    try {
      BaseExporter exporter =
          new BaseExporter(
              connections("reader", "reader"),
              SCOPE,
              PUBLICATION,
              BaseOptions.DEFAULT,
              InstantSource.system());
      try (TakenSnapshot taken = exporter.takeWithSlot(SLOT);
          VaultWriter writer =
              VaultWriter.open(
                  new MemoryObjectStore(),
                  new SourceId("main"),
                  List.of(Identity.generate().recipient()),
                  SigningKey.generate(),
                  InstantSource.system())) {
        assertThatThrownBy(() -> exporter.export(taken, ChunkSink.into(writer, 1), progress -> {}))
            .hasStackTraceContaining("row-level security");
      }
    } finally {
      server.execute("app", "DROP OWNED BY reader CASCADE", "DROP ROLE reader");
    }
  }

  private static SnapshotTaker taker() {
    return new SnapshotTaker(
        connections(),
        SCOPE,
        PUBLICATION,
        BaseOptions.DEFAULT,
        InstantSource.system(),
        WantedTables.ALL);
  }

  private static BaseExporter exporter(BaseOptions options) {
    return new BaseExporter(connections(), SCOPE, PUBLICATION, options, InstantSource.system());
  }

  private static Connections connections() {
    return connections("postgres", "secret");
  }

  private static Connections connections(String user, String password) {
    return Connections.to(
        DatabaseUrl.parse(server.jdbcUrl("app")), new Credentials(user, new Secret(password)));
  }

  /** Count and sum of the table's rows, as its snapshot shows them; empty without a table. */
  private static Optional<String> rowsOf(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT to_regclass('public.t') IS NOT NULL")) {
        row.next();
        if (!row.getBoolean(1)) {
          return Optional.empty();
        }
      }
      try (ResultSet row =
          statement.executeQuery("SELECT count(*) || ' ' || coalesce(sum(id), 0) FROM public.t")) {
        row.next();
        return Optional.of(row.getString(1));
      }
    }
  }

  private static String rows(TakenSnapshot taken) throws SQLException {
    return rowsOf(taken.holder()).orElse("no table");
  }

  private static String rowsNow() throws SQLException {
    try (Connection connection = server.connect("app")) {
      return rowsOf(connection).orElse("no table");
    }
  }

  private static TreeSet<Integer> ids(TakenSnapshot taken) throws SQLException {
    return new TreeSet<>(integers(taken.holder(), "SELECT id FROM public.t"));
  }

  private static List<Integer> integers(Connection connection, String query) throws SQLException {
    List<Integer> integers = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        integers.add(row.getInt(1));
      }
    }
    return integers;
  }

  /** What a slot has to tell, each id once. */
  private static TreeSet<Integer> streamed(String slot) throws SQLException {
    TreeSet<Integer> ids = new TreeSet<>();
    try (Connection connection = server.connect("app");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT data FROM pg_logical_slot_get_binary_changes('"
                    + slot
                    + "', NULL, NULL, 'proto_version', '1', 'publication_names', '"
                    + PUBLICATION
                    + "')")) {
      while (row.next()) {
        if (PgOutputDecoder.decode(ByteBuffer.wrap(row.getBytes(1)))
            instanceof PgOutputMessage.Insert insert) {
          int id = Integer.parseInt(new String(insert.row().value(0), StandardCharsets.UTF_8));
          assertThat(ids.add(id)).as("%s once", id).isTrue();
        }
      }
    }
    return ids;
  }
}
