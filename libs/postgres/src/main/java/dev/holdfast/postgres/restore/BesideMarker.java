/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.StoredJson;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Optional;

/**
 * The table {@code holdfast_restored} in a schema beside: what a database's marker says, whose it
 * is, whether its rows were put in place, and the report. Written in the transactions whose effect
 * it tells of, so that it is right whatever was killed.
 */
final class BesideMarker {

  private static final String NAME = "holdfast_restored";

  private final String table;
  private final RestoreMarker marker;

  BesideMarker(String schema) {
    this.table = Sql.qualified(schema, NAME);
    this.marker = new RestoreMarker(table);
  }

  /** Its name, quoted. */
  String table() {
    return table;
  }

  void begin(
      Connection connection,
      RestorePlan.Reachable plan,
      ChangeStream.End end,
      Optional<String> owner,
      Instant now)
      throws SQLException {
    marker.begin(connection, plan, end, now);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "ALTER TABLE "
              + table
              + " ADD COLUMN owner pg_catalog.text, ADD COLUMN in_place pg_catalog.bool NOT NULL"
              + " DEFAULT false, ADD COLUMN report pg_catalog.jsonb");
    }
    try (PreparedStatement update =
        connection.prepareStatement("UPDATE " + table + " SET owner = ?")) {
      update.setString(1, owner.orElse(null));
      update.executeUpdate();
    }
  }

  /** The rows stand beside. */
  void complete(Connection connection, RestoreReport report, Instant now) throws SQLException {
    marker.complete(connection, now);
    tell(connection, report, false);
  }

  /** They stand in their place too. */
  void putInPlace(Connection connection, RestoreReport report) throws SQLException {
    tell(connection, report, true);
  }

  private void tell(Connection connection, RestoreReport report, boolean inPlace)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE " + table + " SET in_place = ?, report = ?::pg_catalog.jsonb")) {
      update.setBoolean(1, inPlace);
      update.setString(2, StoredJson.MAPPER.writeValueAsString(report));
      update.executeUpdate();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report cannot be written as JSON", e);
    }
  }

  /**
   * What a marker says.
   *
   * @param owner empty when nobody would go on with it
   * @param report once the rows stood beside
   */
  record Told(Optional<String> owner, boolean inPlace, Optional<RestoreReport> report) {

    /** Everything that was asked for is done. */
    Optional<RestoreReport> ended(boolean askedInPlace) {
      return report.filter(it -> inPlace || !askedInPlace);
    }
  }

  /** Empty when there is no such table, or a stranger's. */
  Optional<Told> read(Connection connection) throws SQLException {
    try (PreparedStatement exists =
        connection.prepareStatement("SELECT pg_catalog.to_regclass(?) IS NULL")) {
      exists.setString(1, table);
      try (ResultSet row = exists.executeQuery()) {
        row.next();
        if (row.getBoolean(1)) {
          return Optional.empty();
        }
      }
    }
    // By name from JSON: the marker of an older version lacks some of the columns.
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT m ->> 'owner', coalesce((m ->> 'in_place')::pg_catalog.bool, false),"
                    + " m ->> 'report' FROM (SELECT pg_catalog.to_jsonb(t) AS m FROM "
                    + table
                    + " t LIMIT 1) one")) {
      if (!row.next()) {
        return Optional.empty();
      }
      return Optional.of(
          new Told(
              Optional.ofNullable(row.getString(1)),
              row.getBoolean(2),
              Optional.ofNullable(row.getString(3)).map(BesideMarker::report)));
    }
  }

  private static RestoreReport report(String json) {
    try {
      return StoredJson.MAPPER.readValue(json, RestoreReport.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the report of an earlier restore cannot be read", e);
    }
  }
}
