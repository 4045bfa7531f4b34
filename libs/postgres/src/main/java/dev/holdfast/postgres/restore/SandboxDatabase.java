/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.DatabaseProperties;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * The database that a sandbox is. That it is ours, and whose, a setting of the database says, from
 * the moment when it is created: nothing else is ever dropped.
 */
final class SandboxDatabase {

  private static final String SETTING = "holdfast.sandbox";

  private final TargetServer server;
  private final Connections connections;
  private final String name;

  SandboxDatabase(TargetDatabase target) {
    this.server = TargetServer.of(target);
    this.connections = server.connections();
    this.name = connections.url().database();
  }

  Connections connections() {
    return connections;
  }

  /** Empty when there is none, or when it was not restored to its end. */
  Optional<SandboxState> state() {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("SELECT pg_catalog.to_regclass('holdfast.sandbox') IS NULL")) {
        row.next();
        if (row.getBoolean(1)) {
          return Optional.empty();
        }
      }
      try (ResultSet row = statement.executeQuery("SELECT state FROM holdfast.sandbox")) {
        return row.next() ? Optional.of(SandboxState.parse(row.getString(1))) : Optional.empty();
      }
    } catch (PostgresException e) {
      if (e.reason() == PostgresException.Reason.NO_SUCH_DATABASE) {
        return Optional.empty();
      }
      throw e;
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the sandbox", connections.describe());
    }
  }

  /** Writes down what it holds, beside what {@code holdfast.restored} says. */
  void note(SandboxState state) {
    try (Connection connection = connections.open()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "CREATE TABLE IF NOT EXISTS holdfast.sandbox (state pg_catalog.text NOT NULL)");
        statement.execute("DELETE FROM holdfast.sandbox");
      }
      try (PreparedStatement insert =
          connection.prepareStatement("INSERT INTO holdfast.sandbox VALUES (?)")) {
        insert.setString(1, state.json());
        insert.executeUpdate();
      }
      RestoreMarker.OF_DATABASE.moved(connection, state.reached(), state.whole());
      connection.commit();
    } catch (SQLException e) {
      throw PostgresException.of(e, "noting what the sandbox holds", connections.describe());
    }
  }

  /** Makes it anew, and empty. */
  void recreate(SourceId source, Optional<DatabaseProperties> properties) {
    if (isOurs(source)) {
      server.drop();
    } else if (server.inspect(Optional.empty()).exists()) {
      // An empty one may be there, made by a person; whatever else is there, this refuses.
      mark(source);
      return;
    }
    server.create(properties);
    mark(source);
  }

  private boolean isOurs(SourceId source) {
    Connections maintenance = connections.withDatabase("postgres");
    try (Connection connection = maintenance.open();
        PreparedStatement select =
            connection.prepareStatement(
                """
                SELECT true FROM pg_catalog.pg_db_role_setting s
                JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
                WHERE d.datname = ? AND s.setrole = 0 AND ? = ANY (s.setconfig)
                """)) {
      select.setString(1, name);
      select.setString(2, SETTING + "=" + source.value());
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the sandbox", maintenance.describe());
    }
  }

  private void mark(SourceId source) {
    Connections maintenance = connections.withDatabase("postgres");
    try (Connection connection = maintenance.open();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER DATABASE "
              + Sql.identifier(name)
              + " SET "
              + SETTING
              + " = "
              + Sql.literal(source.value()));
    } catch (SQLException e) {
      throw PostgresException.of(e, "marking the sandbox", maintenance.describe());
    }
  }
}
