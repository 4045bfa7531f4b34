/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.ddl;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The rows of {@code holdfast.ddl} in a source: changes whose definitions are not recorded yet. */
public final class DdlLog {

  private DdlLog() {}

  /** What the session's snapshot shows, oldest first. */
  public static List<DdlRecord> read(Connection connection) throws SQLException {
    List<DdlRecord> records = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("SELECT pg_catalog.to_regclass('holdfast.ddl') IS NULL")) {
        row.next();
        if (row.getBoolean(1)) {
          return List.of();
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              "SELECT id, xid, tag, event, oid, definition FROM holdfast.ddl ORDER BY id")) {
        while (row.next()) {
          long oid = row.getLong(5);
          boolean none = row.wasNull();
          records.add(
              DdlRecord.of(
                  row.getLong(1),
                  row.getLong(2),
                  row.getString(3),
                  row.getString(4),
                  none ? Optional.empty() : Optional.of(oid),
                  Optional.ofNullable(row.getString(6))));
        }
      }
    }
    return records;
  }

  /** Forgets those whose definitions are recorded. */
  public static void forget(Connection connection, List<DdlRecord> records) throws SQLException {
    if (records.isEmpty()) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement("DELETE FROM holdfast.ddl WHERE id = ANY (?)")) {
      statement.setArray(
          1, connection.createArrayOf("int8", records.stream().map(DdlRecord::id).toArray()));
      statement.execute();
    }
  }
}
