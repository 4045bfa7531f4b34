/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Gives live tables the rows that stand beside, all in one transaction: who reads sees the old rows
 * or the new ones. The tables themselves stay, with everything that refers to them; what they held
 * is kept beside.
 */
final class RowsInPlace {

  /** Rows that were there before, in the schema beside. */
  static final String BEFORE = "_before";

  private static final String NO_RIGHT = "42501";

  /** Neither triggers nor foreign keys act on rows that come back as they were. */
  private static final String WITHOUT_TRIGGERS = "SET LOCAL session_replication_role = replica";

  private static final String COLUMNS =
      """
      SELECT a.attname FROM pg_catalog.pg_attribute a
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE n.nspname = ? AND c.relname = ? AND c.relkind = 'r'
        AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      """;

  /** Foreign keys from and to a table, as a query for rows that break them. */
  private static final String FOREIGN_KEYS =
      """
      SELECT k.conname,
        pg_catalog.format('SELECT count(*) FROM %s child WHERE %s AND NOT EXISTS (SELECT FROM %s parent WHERE %s)',
          k.conrelid::pg_catalog.regclass,
          (SELECT pg_catalog.string_agg(pg_catalog.format('child.%I IS NOT NULL', a.attname), ' AND ')
             FROM pg_catalog.pg_attribute a
             WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)),
          k.confrelid::pg_catalog.regclass,
          (SELECT pg_catalog.string_agg(
               pg_catalog.format('parent.%I = child.%I', p.attname, c.attname), ' AND ')
             FROM ROWS FROM (pg_catalog.unnest(k.conkey), pg_catalog.unnest(k.confkey))
                  AS pair(child, parent)
             JOIN pg_catalog.pg_attribute c ON c.attrelid = k.conrelid AND c.attnum = pair.child
             JOIN pg_catalog.pg_attribute p ON p.attrelid = k.confrelid AND p.attnum = pair.parent))
      FROM pg_catalog.pg_constraint k
      WHERE k.contype = 'f' AND k.conparentid = 0 AND k.convalidated
        AND (k.conrelid = ?::pg_catalog.regclass OR k.confrelid = ?::pg_catalog.regclass)
      """;

  private final Connections connections;
  private final BesideRestore beside;

  RowsInPlace(Connections connections, BesideRestore beside) {
    this.connections = connections;
    this.beside = beside;
  }

  /**
   * Finds out beforehand, changing nothing, what would keep rows from being put in place.
   *
   * @throws PostgresException saying so
   */
  static void check(Connection connection, BaseIndex index) throws SQLException {
    for (BaseIndex.Table table : index.tables()) {
      liveColumns(connection, table);
    }
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(WITHOUT_TRIGGERS);
    } catch (SQLException e) {
      if (NO_RIGHT.equals(e.getSQLState())) {
        throw noRight(e);
      }
      throw e;
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
    }
  }

  /**
   * @param report of the rows beside
   * @param marker is told in the same transaction
   * @return the report of both
   */
  RestoreReport put(BaseIndex index, RestoreReport report, BesideMarker marker) {
    try (Connection connection = connections.open()) {
      connection.setAutoCommit(false);
      List<String> notes = new ArrayList<>();
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET LOCAL lock_timeout = '10s'");
        statement.execute(WITHOUT_TRIGGERS);
        for (BaseIndex.Table table : index.tables()) {
          notes.addAll(lock(connection, statement, table));
        }
        for (BaseIndex.Table table : index.tables()) {
          replace(statement, table);
        }
        Set<String> checked = new LinkedHashSet<>();
        for (BaseIndex.Table table : index.tables()) {
          requireReferences(connection, table, checked);
        }
      }
      RestoreReport placed =
          report.inPlace(notes, index.tables().stream().map(this::before).toList());
      marker.putInPlace(connection, placed);
      connection.commit();
      return placed;
    } catch (SQLException e) {
      if (NO_RIGHT.equals(e.getSQLState())) {
        throw noRight(e);
      }
      throw PostgresException.of(e, "putting rows in place", connections.describe());
    }
  }

  private static PostgresException noRight(SQLException e) {
    return new PostgresException(
        Reason.NO_RIGHTS,
        "user",
        "putting rows in place takes a superuser: " + e.getMessage(),
        "name one, or GRANT SET ON PARAMETER session_replication_role",
        e);
  }

  /** Against writers; readers go on. */
  private static List<String> lock(
      Connection connection, Statement statement, BaseIndex.Table table) throws SQLException {
    Set<String> live = liveColumns(connection, table);
    statement.execute("LOCK TABLE ONLY " + place(table) + " IN SHARE ROW EXCLUSIVE MODE");
    table.columnNames().forEach(live::remove);
    return live.isEmpty()
        ? List.of()
        : List.of(
            "table "
                + place(table)
                + " has columns that its rows did not have then, and now have the default in: "
                + String.join(", ", live));
  }

  /** The columns that the live table has, which must be all that the rows have. */
  private static Set<String> liveColumns(Connection connection, BaseIndex.Table table)
      throws SQLException {
    Set<String> live = new LinkedHashSet<>();
    try (PreparedStatement query = connection.prepareStatement(COLUMNS)) {
      query.setString(1, table.schema());
      query.setString(2, table.name());
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          live.add(row.getString(1));
        }
      }
    }
    List<String> missing =
        table.columnNames().stream().filter(column -> !live.contains(column)).toList();
    if (live.isEmpty() || !missing.isEmpty()) {
      throw new PostgresException(
          Reason.SCHEMA_CHANGED,
          "in-place",
          live.isEmpty()
              ? "there is no table " + place(table) + " to put rows into"
              : "table " + place(table) + " has no column " + String.join(", ", missing),
          "take the rows from beside by hand, or restore into a new database");
    }
    return live;
  }

  private void replace(Statement statement, BaseIndex.Table table) throws SQLException {
    String columns =
        table.columns().stream()
            .map(column -> Sql.identifier(column.name()))
            .collect(Collectors.joining(", "));
    String values =
        table.columns().stream()
            .map(
                column ->
                    Sql.identifier(column.name())
                        + (NamedValues.isName(column) ? "::" + column.type() : ""))
            .collect(Collectors.joining(", "));
    statement.execute("CREATE TABLE " + before(table) + " AS SELECT * FROM ONLY " + place(table));
    statement.execute("DELETE FROM ONLY " + place(table));
    statement.execute(
        "INSERT INTO "
            + place(table)
            + (columns.isEmpty() ? "" : " (" + columns + ")")
            + " OVERRIDING SYSTEM VALUE SELECT "
            + values
            + " FROM "
            + beside.place(table));
  }

  private String before(BaseIndex.Table table) {
    return beside.place(table.name() + BEFORE);
  }

  private static void requireReferences(
      Connection connection, BaseIndex.Table table, Set<String> checked) throws SQLException {
    List<String[]> keys = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(FOREIGN_KEYS)) {
      query.setString(1, place(table));
      query.setString(2, place(table));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          keys.add(new String[] {row.getString(1), row.getString(2)});
        }
      }
    }
    for (String[] key : keys) {
      if (!checked.add(key[1])) {
        continue;
      }
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(key[1])) {
        row.next();
        if (row.getLong(1) > 0) {
          throw new PostgresException(
              Reason.CONSTRAINT,
              "in-place",
              row.getLong(1)
                  + " rows would break the foreign key "
                  + Sql.identifier(key[0])
                  + ": nothing was put in place",
              "restore the tables that it connects together, or take rows from beside by hand");
        }
      }
    }
  }

  private static String place(BaseIndex.Table table) {
    return Sql.qualified(table.schema(), table.name());
  }
}
