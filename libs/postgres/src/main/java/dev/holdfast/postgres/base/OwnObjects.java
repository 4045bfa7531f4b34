/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Our own few tables in a source, in the schema {@value TableScope#OWN_SCHEMA}: the heartbeat that
 * keeps an idle source's slot moving, and what an orchestrator noted about a promotion. They are
 * not restored.
 */
public final class OwnObjects {

  /** Tables of ours whose changes are in the stream. */
  static final List<String> PUBLISHED = List.of("heartbeat", "promotion");

  private static final String CREATE =
      """
      CREATE SCHEMA IF NOT EXISTS holdfast;
      CREATE TABLE IF NOT EXISTS holdfast.heartbeat (
        id pg_catalog.int4 PRIMARY KEY, at pg_catalog.timestamptz NOT NULL);
      CREATE TABLE IF NOT EXISTS holdfast.promotion (
        slot pg_catalog.text PRIMARY KEY, timeline pg_catalog.int4 NOT NULL,
        fork pg_catalog.pg_lsn NOT NULL, xids_between pg_catalog.int8 NOT NULL,
        at pg_catalog.timestamptz NOT NULL);
      """;

  private final Connections connections;

  public OwnObjects(Connections connections) {
    this.connections = connections;
  }

  /** Creates what is missing. */
  public void create() {
    try (Connection connection = connections.open()) {
      create(connection);
    } catch (SQLException e) {
      throw PostgresException.of(e, "creating the schema holdfast", connections.describe());
    }
  }

  static void create(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT count(*) FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = 'holdfast'
                AND c.relname IN ('heartbeat', 'promotion')
              """)) {
        row.next();
        if (row.getInt(1) == 2) {
          // Nothing to do needs no right to create a schema.
          return;
        }
      }
      statement.execute(CREATE);
    }
  }

  /** Writes the heartbeat row: one small transaction in the stream. */
  public static void beat(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(
          """
          INSERT INTO holdfast.heartbeat (id, at) VALUES (1, pg_catalog.clock_timestamp())
          ON CONFLICT (id) DO UPDATE SET at = EXCLUDED.at
          """);
    }
  }
}
