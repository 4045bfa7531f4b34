/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.restore.RestoreTarget.AtLsn;
import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Some tables only: into a new database, beside live ones, and into their place. */
class SelectiveRestoreTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private final RestoreEngine engine = new RestoreEngine(InstantSource.system());

  private ProtectedSource source;

  @BeforeEach
  void protect() throws Exception {
    execute("postgres", "CREATE DATABASE app");
    execute(
        "app",
        "CREATE SCHEMA shop",
        "CREATE TYPE shop.mood AS ENUM ('good', 'bad')",
        "CREATE TABLE shop.customers (id int PRIMARY KEY, name text, mood shop.mood)",
        "CREATE TABLE shop.orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
            + " customer int REFERENCES shop.customers, total numeric,"
            + " doubled numeric GENERATED ALWAYS AS (total * 2) STORED)",
        "CREATE INDEX orders_by_customer ON shop.orders (customer)",
        "CREATE VIEW shop.report AS SELECT name, total FROM shop.customers"
            + " JOIN shop.orders ON customer = customers.id",
        "CREATE TABLE public.events (day int, what text) PARTITION BY RANGE (day)",
        "CREATE TABLE public.events_1 PARTITION OF events FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE public.events_2 PARTITION OF events FOR VALUES FROM (10) TO (20)",
        "ALTER TABLE public.events_1 REPLICA IDENTITY FULL",
        "ALTER TABLE public.events_2 REPLICA IDENTITY FULL",
        "CREATE TABLE public.objects (id int PRIMARY KEY, class regclass)",
        "INSERT INTO objects VALUES (1, 'shop.orders')",
        "INSERT INTO events SELECT i % 20, repeat(md5(i::text), 20)"
            + " FROM generate_series(1, 5000) i",
        "INSERT INTO shop.customers SELECT i, 'customer ' || i, 'good' FROM generate_series(1, 9) i",
        "INSERT INTO shop.orders (customer, total) SELECT i % 9 + 1, i"
            + " FROM generate_series(1, 100) i");
    source =
        new ProtectedSource(
            servers.postgres(),
            "app",
            new TableScope(List.of("public", "shop"), List.of()),
            new Random(9));
    source.protect();
  }

  @AfterEach
  void drop() throws SQLException {
    source.close();
    execute(
        "postgres",
        "DROP DATABASE IF EXISTS app WITH (FORCE)",
        "DROP DATABASE IF EXISTS restored WITH (FORCE)");
  }

  @Test
  void aNewDatabaseHasTheSelectedTablesAndNoOthers() throws Exception {
    execute("app", "UPDATE shop.orders SET total = 7 WHERE id = 7");
    source.seal();

    RestoreReport report = source.restore(new Latest(), "restored", only("shop.orders"));

    assertThat(report.tables()).extracting(table -> table.name()).containsExactly("orders");
    assertThat(relations("restored"))
        .isEqualTo("orders, orders_by_customer, orders_id_seq, orders_pkey");
    assertThat(single("restored", "SELECT sum(doubled) FROM shop.orders")).isEqualTo("10100");
    assertThat(single("restored", "SELECT nextval('shop.orders_id_seq')")).isEqualTo("101");
    assertThat(report.storedBytes()).isLessThan(plan(new Latest()).storedBytes() / 2);
    assertThat(report.notes())
        .anyMatch(note -> note.contains("other tables were left out"))
        .anyMatch(note -> note.contains("orders_customer_fkey"))
        .noneMatch(note -> note.contains("report"));
  }

  @Test
  void aPartitionComesWithItsParent() throws Exception {
    source.seal();

    source.restore(new Latest(), "restored", only("events_2"));

    assertThat(relations("restored")).isEqualTo("events, events_2");
    assertThat(single("restored", "SELECT count(*) FROM events")).isEqualTo("2500");
  }

  @Test
  void whatIsNotThereIsNamedBeforeAnythingIsTouched() throws Exception {
    source.seal();

    PostgresException unknown =
        catchThrowableOfType(
            PostgresException.class,
            () -> source.restore(new Latest(), "restored", only("shop.%", "shop.order")));

    assertThat(unknown.field()).contains("only");
    assertThat(unknown.what()).contains("'shop.order'");
    assertThat(unknown.fix()).contains("shop.orders");
    assertThat(single("postgres", "SELECT count(*) FROM pg_database WHERE datname = 'restored'"))
        .isEqualTo("0");
  }

  @Test
  void besideLiveTablesTheyStandInASchemaOfTheirOwn() throws Exception {
    source.seal();
    Lsn before = source.position();
    execute("app", "UPDATE shop.customers SET mood = 'bad'", "DELETE FROM objects");
    source.seal();

    RestoreReport report = beside(new AtLsn(before), "yesterday", false, "shop", "objects");

    assertThat(report.tables())
        .extracting(table -> table.schema() + "." + table.name() + " " + table.rows())
        .containsExactly("public.objects 1", "shop.customers 9", "shop.orders 100");
    assertThat(single("app", "SELECT string_agg(DISTINCT mood::text, '') FROM yesterday.customers"))
        .isEqualTo("good");
    assertThat(single("app", "SELECT class FROM yesterday.objects")).isEqualTo("shop.orders");
    assertThat(single("app", "SELECT string_agg(DISTINCT mood::text, '') FROM shop.customers"))
        .isEqualTo("bad");
    assertThat(single("app", "SELECT complete FROM yesterday.holdfast_restored")).isEqualTo("t");

    PostgresException again =
        catchThrowableOfType(
            PostgresException.class, () -> beside(new Latest(), "yesterday", false, "shop"));
    assertThat(again.reason()).isEqualTo(Reason.NOT_EMPTY);
    assertThat(again.what()).contains("schema \"yesterday\" exists");
  }

  @Test
  void inTheirPlaceTheyReplaceWhatIsThereAtOnceAndKeepIt() throws Exception {
    source.seal();
    Lsn before = source.position();
    execute(
        "app",
        "DELETE FROM shop.orders WHERE id > 50",
        "UPDATE shop.customers SET name = 'nobody'",
        "ALTER TABLE shop.customers ADD note text DEFAULT 'new'");
    execute("app", "DELETE FROM objects");

    RestoreReport report = beside(new AtLsn(before), "undo", true, "shop", "objects");

    assertThat(single("app", "SELECT count(*) FROM shop.orders")).isEqualTo("100");
    assertThat(single("app", "SELECT sum(doubled) FROM shop.orders")).isEqualTo("10100");
    assertThat(single("app", "SELECT name || note FROM shop.customers WHERE id = 3"))
        .isEqualTo("customer 3new");
    assertThat(single("app", "SELECT class FROM objects")).isEqualTo("shop.orders");
    assertThat(single("app", "SELECT count(*) FROM shop.report")).isEqualTo("100");
    assertThat(single("app", "SELECT count(*) FROM undo.orders_before")).isEqualTo("50");
    assertThat(single("app", "SELECT DISTINCT name FROM undo.customers_before"))
        .isEqualTo("nobody");
    assertThat(report.notes()).anyMatch(note -> note.contains("columns that its rows did not"));
  }

  @Test
  void rowsThatWouldBreakAReferenceStayBeside() throws Exception {
    source.seal();
    Lsn before = source.position();
    execute(
        "app",
        "INSERT INTO shop.customers VALUES (10, 'ten', 'good')",
        "INSERT INTO shop.orders (customer, total) VALUES (10, 1)");

    PostgresException broken =
        catchThrowableOfType(
            PostgresException.class,
            () -> beside(new AtLsn(before), "undo", true, "shop.customers"));

    assertThat(broken.reason()).isEqualTo(Reason.CONSTRAINT);
    assertThat(broken.what()).contains("1 rows").contains("orders_customer_fkey");
    assertThat(single("app", "SELECT count(*) FROM shop.customers")).isEqualTo("10");
    assertThat(single("app", "SELECT count(*) FROM undo.customers")).isEqualTo("9");
    assertThat(single("app", "SELECT to_regclass('undo.customers_before') IS NULL")).isEqualTo("t");
  }

  @Test
  void whatAKilledAttemptLeftIsReplacedByItsOwnerOnly() throws Exception {
    source.seal();
    BesideTarget own = place("undo", false, "run-1");
    killed(own, RestoreProgress.Phase.ROWS, "shop");
    assertThat(single("app", "SELECT count(*) FROM undo.orders")).isEqualTo("0");
    assertThat(engine.reportBeside(own)).isEmpty();

    PostgresException others =
        catchThrowableOfType(
            PostgresException.class, () -> engine.resumeBeside(place("undo", false, "run-2")));
    assertThat(others.reason()).isEqualTo(Reason.NOT_EMPTY);
    assertThat(single("app", "SELECT count(*) FROM undo.orders")).isEqualTo("0");

    assertThat(engine.resumeBeside(own)).isEmpty();
    RestoreReport report = beside(new Latest(), own, RestoreProgress.Listener.none(), "shop");
    assertThat(single("app", "SELECT count(*) FROM undo.orders")).isEqualTo("100");
    assertThat(engine.resumeBeside(own)).contains(report);
    assertThat(single("app", "SELECT count(*) FROM undo.orders")).isEqualTo("100");
  }

  @Test
  void aSchemaWithoutAMarkerOfOursIsNobodysToReplace() throws Exception {
    execute("app", "CREATE SCHEMA undo", "CREATE TABLE undo.precious (a int)");
    assertThat(
            catchThrowableOfType(
                    PostgresException.class, () -> engine.resumeBeside(place("undo", false, "r")))
                .reason())
        .isEqualTo(Reason.NOT_EMPTY);
    // Of a version that knew no owners.
    execute("app", "CREATE TABLE undo.holdfast_restored (source text, complete bool)");
    execute("app", "INSERT INTO undo.holdfast_restored VALUES ('main', false)");
    assertThat(
            catchThrowableOfType(
                    PostgresException.class, () -> engine.resumeBeside(place("undo", false, "r")))
                .reason())
        .isEqualTo(Reason.NOT_EMPTY);
    assertThat(single("app", "SELECT count(*) FROM undo.precious")).isEqualTo("0");
  }

  @Test
  void whatOthersBuiltOnAHalfFilledSchemaIsNotTakenAway() throws Exception {
    source.seal();
    BesideTarget own = place("undo", false, "run-1");
    killed(own, RestoreProgress.Phase.ROWS, "shop");
    execute("app", "CREATE VIEW mine AS SELECT id FROM undo.orders");

    PostgresException refused =
        catchThrowableOfType(PostgresException.class, () -> engine.resumeBeside(own));

    assertThat(refused.what()).contains("others have built on it");
    assertThat(single("app", "SELECT count(*) FROM mine")).isEqualTo("0");
  }

  @Test
  void rowsThatCannotBePutInPlaceAreRefusedBeforeAnythingIsTouched() throws Exception {
    source.seal();
    execute("app", "ALTER TABLE objects DROP COLUMN class");

    PostgresException changed =
        catchThrowableOfType(
            PostgresException.class, () -> beside(new Latest(), "undo", true, "objects"));

    assertThat(changed.reason()).isEqualTo(Reason.SCHEMA_CHANGED);
    assertThat(changed.what()).contains("has no column class");
    assertThat(single("app", "SELECT to_regnamespace('undo') IS NULL")).isEqualTo("t");
    for (String bad : List.of("pg_mine", " ", "x".repeat(64))) {
      assertThat(
              catchThrowableOfType(
                      PostgresException.class, () -> beside(new Latest(), bad, false, "objects"))
                  .field())
          .contains("beside");
    }
  }

  @Test
  void whatWasPutInPlaceIsNotPutThereTwice() throws Exception {
    source.seal();
    execute("app", "DELETE FROM shop.orders WHERE id > 50");
    Lsn before = source.position();
    source.seal();
    execute("app", "INSERT INTO shop.customers VALUES (10, 'ten', 'good')");
    execute("app", "INSERT INTO shop.orders (customer, total) VALUES (10, 1)");
    BesideTarget own = place("undo", true, "run-1");

    // Beside and not in place: with the order of customer 10 it cannot be.
    assertThat(
            catchThrowableOfType(
                    PostgresException.class,
                    () ->
                        beside(
                            new AtLsn(before),
                            own,
                            RestoreProgress.Listener.none(),
                            "shop.customers"))
                .reason())
        .isEqualTo(Reason.CONSTRAINT);
    assertThat(single("app", "SELECT complete FROM undo.holdfast_restored")).isEqualTo("t");
    assertThat(engine.resumeBeside(own)).isEmpty();
    assertThat(single("app", "SELECT to_regnamespace('undo') IS NULL")).isEqualTo("t");

    RestoreReport report = beside(new AtLsn(before), own, RestoreProgress.Listener.none(), "shop");
    assertThat(report.beside())
        .contains(
            new RestoreReport.Beside(
                "undo", List.of("\"undo\".\"customers_before\"", "\"undo\".\"orders_before\"")));
    execute("app", "DELETE FROM shop.orders WHERE id = 1");
    assertThat(engine.resumeBeside(own)).contains(report);
    assertThat(single("app", "SELECT count(*) FROM shop.orders")).isEqualTo("49");
    assertThat(single("app", "SELECT count(*) FROM undo.orders_before")).isEqualTo("51");
  }

  private static RestoreOptions only(String... patterns) {
    return RestoreOptions.defaults().only(new Selection(List.of(patterns)));
  }

  private RestorePlan.Reachable plan(RestoreTarget target) {
    return (RestorePlan.Reachable) source.plan(target);
  }

  private RestoreReport beside(
      RestoreTarget target, String schema, boolean inPlace, String... patterns) {
    return beside(
        target, place(schema, inPlace, "run-1"), RestoreProgress.Listener.none(), patterns);
  }

  private RestoreReport beside(
      RestoreTarget target,
      BesideTarget place,
      RestoreProgress.Listener listener,
      String... patterns) {
    return engine.restoreBeside(
        source.reader(), source.identity, plan(target), place, only(patterns), listener);
  }

  private BesideTarget place(String schema, boolean inPlace, String owner) {
    return new BesideTarget(source.target("app"), schema, inPlace, Optional.of(owner));
  }

  /** Ends a restore at the beginning of a phase, as a kill would. */
  private void killed(BesideTarget place, RestoreProgress.Phase phase, String... patterns) {
    assertThatThrownBy(
            () ->
                beside(
                    new Latest(),
                    place,
                    at -> {
                      if (at.phase() == phase) {
                        throw new IllegalStateException("killed");
                      }
                    },
                    patterns))
        .hasMessage("killed");
  }

  private static void execute(String database, String... statements) throws SQLException {
    servers.postgres().execute(database, statements);
  }

  private static String relations(String database) throws SQLException {
    return single(
        database,
        "SELECT string_agg(relname, ', ' ORDER BY relname) FROM pg_class c JOIN pg_namespace n"
            + " ON n.oid = relnamespace WHERE nspname IN ('public', 'shop')");
  }

  private static String single(String database, String query) throws SQLException {
    try (Connection connection = servers.postgres().connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
