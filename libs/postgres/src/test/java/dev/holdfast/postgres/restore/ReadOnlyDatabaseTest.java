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
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A database whose sessions read only by default comes back as one. */
class ReadOnlyDatabaseTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private final PostgresServer server = servers.postgres();

  @AfterEach
  void drop() throws SQLException {
    server.execute(
        "postgres",
        "DROP DATABASE IF EXISTS app WITH (FORCE)",
        "DROP DATABASE IF EXISTS restored WITH (FORCE)",
        "DROP ROLE IF EXISTS restorer");
  }

  @Test
  void itsSettingsDoNotStopTheRestoreThatSetsThem() throws Exception {
    server.execute(
        "postgres",
        "CREATE DATABASE app",
        "CREATE ROLE restorer SUPERUSER LOGIN PASSWORD '" + server.password().reveal() + "'");
    server.execute(
        "app",
        "CREATE TABLE t (id int PRIMARY KEY)",
        "INSERT INTO t VALUES (1), (2)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON t USING (id > 1)",
        "ALTER DATABASE app SET default_transaction_read_only = on",
        "ALTER ROLE "
            + PostgresServer.SUPERUSER
            + " IN DATABASE app"
            + " SET default_transaction_read_only = off");
    RestoreReport report;
    try (ProtectedSource source =
        new ProtectedSource(
            server, "app", new TableScope(List.of("public"), List.of()), new Random(4))) {
      source.protect();
      report =
          new RestoreEngine(InstantSource.system())
              .restore(
                  source.reader(),
                  source.identity,
                  (RestorePlan.Reachable) source.plan(new Latest()),
                  new TargetDatabase(
                      DatabaseUrl.parse(server.jdbcUrl("restored")),
                      new Credentials("restorer", server.password())),
                  RestoreOptions.defaults(),
                  RestoreProgress.Listener.none());
    }

    assertThat(report.rows()).isEqualTo(2);
    assertThat(report.notes()).isEmpty();
    try (Connection connection = server.connect("restored");
        Statement statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT setconfig FROM pg_db_role_setting WHERE setrole = 0 AND setdatabase ="
                    + " (SELECT oid FROM pg_database WHERE datname = current_database())")) {
      row.next();
      assertThat(row.getString(1)).isEqualTo("{default_transaction_read_only=on}");
    }
  }
}
