/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A table that one connection loads comes frozen, and without log where the server needs none. */
class FrozenRowsTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static ProtectedSource source;

  @BeforeAll
  static void protect() throws Exception {
    PostgresServer server = servers.postgres();
    server.execute("postgres", "CREATE DATABASE app");
    server.execute(
        "app",
        "CREATE TABLE large (id int PRIMARY KEY, t text)",
        "CREATE TABLE small (id int PRIMARY KEY, t text)",
        "CREATE TABLE empty (id int PRIMARY KEY)",
        "CREATE TABLE part (id int) PARTITION BY RANGE (id)",
        "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (1000)",
        "ALTER TABLE part_1 REPLICA IDENTITY FULL",
        "INSERT INTO large SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 20000) i",
        "INSERT INTO small SELECT i, 'small' FROM generate_series(1, 100) i",
        "INSERT INTO part SELECT i % 1000 FROM generate_series(1, 100) i");
    source =
        new ProtectedSource(
            server, "app", new TableScope(List.of("public"), List.of()), new Random(3));
    source.protect();
    server.execute(
        "app",
        "UPDATE large SET t = 'changed' WHERE id % 50 = 0",
        "INSERT INTO large SELECT i, 'new' FROM generate_series(20001, 20100) i",
        "INSERT INTO empty VALUES (1)");
    source.seal();
  }

  @AfterAll
  static void drop() throws SQLException {
    source.close();
    servers
        .postgres()
        .execute(
            "postgres",
            "DROP DATABASE app WITH (FORCE)",
            "DROP DATABASE IF EXISTS restored WITH (FORCE)");
  }

  @Test
  void withMinimalLogNothingOfTheRowsIsLogged() throws Exception {
    PostgresServer minimal =
        servers.newPostgres(
            options -> options.setting("wal_level", "minimal").setting("max_wal_senders", "0"));
    minimal.execute("postgres", "CREATE DATABASE restored");
    String before = single(minimal, "postgres", "SELECT pg_current_wal_insert_lsn()");

    RestoreReport report = restore(minimal);

    assertThat(report.tables())
        .extracting(table -> table.name() + " " + table.rows())
        .containsExactly("empty 1", "large 20100", "part_1 100", "small 100");
    assertThat(unfrozen(minimal, "large")).isEqualTo("0");
    assertThat(unfrozen(minimal, "small")).isEqualTo("0");
    String logged = "SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '" + before + "')";
    assertThat(Long.parseLong(single(minimal, "postgres", logged)))
        .isLessThan(
            Long.parseLong(single(minimal, "restored", "SELECT pg_relation_size('large')")));
  }

  @Test
  void elsewhereLargeTablesAreSharedOutAndSmallOnesComeFrozen() throws Exception {
    PostgresServer server = servers.postgres();

    RestoreReport report = restore(server);

    assertThat(report.rows()).isEqualTo(20_301);
    assertThat(unfrozen(server, "small")).isEqualTo("0");
    assertThat(unfrozen(server, "large")).isNotEqualTo("0");
  }

  private static RestoreReport restore(PostgresServer into) {
    return new RestoreEngine(InstantSource.system())
        .restore(
            source.reader(),
            source.identity,
            (RestorePlan.Reachable) source.plan(new Latest()),
            new TargetDatabase(
                DatabaseUrl.parse(into.jdbcUrl("restored")),
                new Credentials(PostgresServer.SUPERUSER, into.password())),
            RestoreOptions.defaults(),
            RestoreProgress.Listener.none());
  }

  /** Pages of a table. */
  private static String unfrozen(PostgresServer server, String table) throws SQLException {
    server.execute("restored", "CREATE EXTENSION IF NOT EXISTS pg_visibility");
    return single(
        server,
        "restored",
        "SELECT count(*) FROM pg_visibility_map('" + table + "') WHERE NOT all_frozen");
  }

  private static String single(PostgresServer server, String database, String query)
      throws SQLException {
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
