/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.base.Setting;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What a target's catalog shows and needs around the loading of rows. */
final class TargetCatalog {

  private TargetCatalog() {}

  /** Every table of the base must be there, with the columns that its rows have. */
  static void requireTables(Connection connection, BaseIndex base, String where, List<String> notes)
      throws SQLException {
    Map<String, Set<String>> found = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT n.nspname, c.relname, a.attname
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_attribute a
                  ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                 AND a.attgenerated = ''
                WHERE c.relkind = 'r'
                """)) {
      while (row.next()) {
        Set<String> columns =
            found.computeIfAbsent(
                Sql.qualified(row.getString(1), row.getString(2)), name -> new HashSet<>());
        if (row.getString(3) != null) {
          columns.add(row.getString(3));
        }
      }
    }
    for (BaseIndex.Table table : base.tables()) {
      String name = Sql.qualified(table.schema(), table.name());
      Set<String> columns = found.getOrDefault(name, Set.of());
      if (!found.containsKey(name)
          || !table.columns().stream().allMatch(column -> columns.contains(column.name()))) {
        throw new PostgresException(
            PostgresException.Reason.FAILED,
            null,
            "the schema could not be restored at "
                + where
                + ": table "
                + name
                + (found.containsKey(name) ? " lacks columns" : " is missing")
                + (notes.isEmpty() ? "" : "; " + String.join("; ", notes)),
            "remove the cause, then repeat the restore");
      }
    }
  }

  /**
   * Tables whose rows are not exact: not in the backup, or only as of its base; and the parents of
   * such partitions. Quoted as PostgreSQL would.
   *
   * @param altered tables, quoted, whose rows are not those of the source on purpose
   */
  static Set<String> inexactTables(Connection connection, BaseIndex base, Set<String> altered)
      throws SQLException {
    Set<String> exact = new HashSet<>();
    for (BaseIndex.Table table : base.tables()) {
      if (table.identity() != Identity.NONE) {
        exact.add(Sql.qualified(table.schema(), table.name()));
      }
    }
    exact.removeAll(altered);
    Set<String> inexact = new HashSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT n.nspname, c.relname,
                  pg_catalog.format('%I.%I', an.nspname, a.relname)
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN LATERAL pg_catalog.pg_partition_ancestors(c.oid) ancestor(relid)
                  ON true
                JOIN pg_catalog.pg_class a ON a.oid = coalesce(ancestor.relid, c.oid)
                JOIN pg_catalog.pg_namespace an ON an.oid = a.relnamespace
                WHERE c.relkind = 'r' AND n.nspname NOT IN ('pg_catalog', 'information_schema')
                """)) {
      while (row.next()) {
        if (!exact.contains(Sql.qualified(row.getString(1), row.getString(2)))) {
          inexact.add(row.getString(3));
        }
      }
    }
    return inexact;
  }

  /**
   * Fills materialized views, which hold no rows of their own in a backup.
   *
   * @param unpopulated those that had no rows in the source, quoted as PostgreSQL would
   */
  static List<String> refreshViews(Connection connection, List<String> unpopulated)
      throws SQLException {
    List<String> notes = new ArrayList<>();
    // One view may read another: go round until a whole round brings nothing more.
    int before;
    List<String> left;
    do {
      notes.clear();
      left =
          strings(
              connection,
              """
              SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE c.relkind = 'm' AND NOT c.relispopulated ORDER BY c.oid
              """);
      left.removeAll(unpopulated);
      before = left.size();
      for (String view : List.copyOf(left)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("REFRESH MATERIALIZED VIEW " + view);
          before--;
        } catch (SQLException e) {
          if (connection.isClosed() || Thread.currentThread().isInterrupted()) {
            throw e;
          }
          notes.add("materialized view " + view + " could not be refreshed: " + e.getMessage());
        }
      }
    } while (!notes.isEmpty() && before < left.size());
    return notes;
  }

  /** {@code ALTER DATABASE ... SET} as on the source. */
  static List<String> applySettings(Connection connection, BaseIndex base, String database)
      throws SQLException {
    List<String> notes = new ArrayList<>();
    for (Map.Entry<String, String> setting : base.settings().entrySet()) {
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "ALTER DATABASE "
                + Sql.identifier(database)
                + " SET "
                + Setting.assignment(setting.getKey(), setting.getValue()));
      } catch (SQLException e) {
        if (connection.isClosed()) {
          throw e;
        }
        notes.add("setting " + setting.getKey() + " was refused: " + e.getMessage());
      }
    }
    return notes;
  }

  private static List<String> strings(Connection connection, String query) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        strings.add(row.getString(1));
      }
    }
    return strings;
  }
}
