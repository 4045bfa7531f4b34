/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A table in a target, {@code holdfast.restored}: what it was restored from, and whether that was
 * completed.
 *
 * @param table its name, quoted
 */
record RestoreMarker(String table) {

  /** Of a database that was restored as a whole. */
  static final RestoreMarker OF_DATABASE = new RestoreMarker("holdfast.restored");

  private static final String COLUMNS =
      """
       (
        source pg_catalog.text PRIMARY KEY,
        target pg_catalog.text NOT NULL,
        base pg_catalog.text NOT NULL,
        timeline pg_catalog.int4 NOT NULL,
        reached pg_catalog.pg_lsn NOT NULL,
        commit_time pg_catalog.timestamptz,
        started_at pg_catalog.timestamptz NOT NULL,
        completed_at pg_catalog.timestamptz,
        complete pg_catalog.bool NOT NULL)
      """;

  /**
   * What {@code wanted} means where a restore of the same has begun: the latest moment is the one
   * that it began with.
   */
  static RestoreTarget goingOn(Connections target, SourceId source, RestoreTarget wanted) {
    if (!(wanted.moment() instanceof RestoreTarget.Latest)) {
      return wanted;
    }
    try (Connection connection = target.open()) {
      if (!isIncomplete(connection)) {
        return wanted;
      }
      try (PreparedStatement begun =
          connection.prepareStatement(
              "SELECT reached FROM " + OF_DATABASE.table() + " WHERE source = ? AND target = ?")) {
        begun.setString(1, source.value());
        begun.setString(2, wanted.toString());
        try (ResultSet row = begun.executeQuery()) {
          return row.next() ? wanted.at(Lsn.parse(row.getString(1))) : wanted;
        }
      }
    } catch (PostgresException e) {
      if (e.reason() == PostgresException.Reason.NO_SUCH_DATABASE) {
        return wanted;
      }
      throw e;
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the target", target.describe());
    }
  }

  /** A restore of the database has begun, and has not ended. */
  static boolean isIncomplete(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!exists(statement)) {
        return false;
      }
      try (ResultSet row =
          statement.executeQuery("SELECT NOT complete FROM " + OF_DATABASE.table() + " LIMIT 1")) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static boolean exists(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "SELECT pg_catalog.to_regclass('" + OF_DATABASE.table() + "') IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** Of a database's marker. */
  static void createSchema(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA holdfast");
    }
  }

  /** Says that a restore is under way: what it brings back is not usable. */
  void begin(Connection connection, RestorePlan.Reachable plan, ChangeStream.End end, Instant now)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE " + table + COLUMNS);
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO "
                + table
                + """
                   (source, target, base, timeline, reached, commit_time, started_at, complete)
                  VALUES (?, ?, ?, ?, ?::pg_catalog.pg_lsn, ?, ?, false)
                  """)) {
      insert.setString(1, plan.source().value());
      insert.setString(2, plan.target().toString());
      insert.setString(3, plan.base().base());
      insert.setInt(4, end.reached().timeline());
      insert.setString(5, end.reached().lsn().toString());
      insert.setObject(6, end.last().map(CommitPoint::time).map(RestoreMarker::utc).orElse(null));
      insert.setObject(7, utc(now));
      insert.executeUpdate();
    }
  }

  /** When the restore began that the marker tells of. */
  Instant startedAt(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT started_at FROM " + table)) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  /** Says that what was brought back is what the marker says. */
  void complete(Connection connection, Instant now) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE " + table + " SET complete = true, completed_at = ?")) {
      update.setObject(1, utc(now));
      if (update.executeUpdate() != 1) {
        throw new IllegalStateException(table + " does not hold exactly one row");
      }
    }
  }

  /** Says where a sandbox was taken to, or that it is being taken on. */
  void moved(Connection connection, Position reached, boolean complete) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE "
                + table
                + " SET target = ?, timeline = ?, reached = ?::pg_catalog.pg_lsn, complete = ?")) {
      update.setString(1, new RestoreTarget.AtLsn(reached.lsn()).toString());
      update.setInt(2, reached.timeline());
      update.setString(3, reached.lsn().toString());
      update.setBoolean(4, complete);
      update.executeUpdate();
    }
  }

  /** What the marker of an earlier restore says; empty when there is none. */
  static Optional<String> describe(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      if (!exists(statement)) {
        return Optional.empty();
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT source, target, complete, started_at FROM holdfast.restored LIMIT 1")) {
        if (!row.next()) {
          return Optional.empty();
        }
        @Nullable OffsetDateTime at = row.getObject(4, OffsetDateTime.class);
        return Optional.of(
            (row.getBoolean(3) ? "a restore of " : "an incomplete restore of ")
                + row.getString(1)
                + " to "
                + row.getString(2)
                + " began there at "
                + (at == null ? "an unknown time" : at.toInstant()));
      }
    }
  }

  private static OffsetDateTime utc(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }
}
