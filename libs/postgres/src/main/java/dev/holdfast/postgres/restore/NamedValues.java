/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tables with columns of {@code regclass} and its like, whose values are OIDs that PostgreSQL
 * prints as names and reads only when there is something of that name: an index, which is built
 * after the rows, or something that the scope left out. Such tables are loaded with text in these
 * columns, beside, and moved to their place once indexes stand. A name that nothing has becomes 0,
 * and is told.
 */
final class NamedValues {

  /** By OID. Text search configurations and dictionaries have no function that looks them up. */
  private static final Map<Long, String> TYPES =
      Map.of(
          24L, "regproc",
          2202L, "regprocedure",
          2203L, "regoper",
          2204L, "regoperator",
          2205L, "regclass",
          2206L, "regtype",
          4096L, "regrole",
          4089L, "regnamespace",
          4191L, "regcollation");

  /** Of the rows of a table that hold other values than they were given. */
  private static final String CHANGED = "changed names ";

  private final List<BaseIndex.Table> tables;

  NamedValues(BaseIndex base) {
    this.tables = base.tables().stream().filter(NamedValues::hasNames).toList();
  }

  static boolean hasNames(BaseIndex.Table table) {
    return table.columns().stream().anyMatch(NamedValues::isName);
  }

  /** The column's values are OIDs that are printed as names. */
  static boolean isName(BaseIndex.Column column) {
    return TYPES.containsKey(column.typeOid());
  }

  boolean isEmpty() {
    return tables.isEmpty();
  }

  /** Where a table's rows are loaded, quoted. */
  String destination(BaseIndex.Table table) {
    return hasNames(table) ? beside(table) : place(table);
  }

  private static String beside(BaseIndex.Table table) {
    return Sql.qualified(ChangeFold.OWN_SCHEMA, "named_" + table.oid());
  }

  private static String place(BaseIndex.Table table) {
    return Sql.qualified(table.schema(), table.name());
  }

  /** Makes the tables beside. */
  void prepare(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (BaseIndex.Table table : tables) {
        String columns =
            table.columns().stream()
                .map(
                    column ->
                        Sql.identifier(column.name())
                            + (TYPES.containsKey(column.typeOid())
                                ? "::pg_catalog.text AS " + Sql.identifier(column.name())
                                : ""))
                .collect(Collectors.joining(", "));
        statement.execute(
            // Logged: a restore that goes on after the server crashed needs its rows.
            "CREATE TABLE "
                + beside(table)
                + " AS SELECT "
                + columns
                + " FROM ONLY "
                + place(table)
                + " WITH NO DATA");
      }
    }
  }

  /**
   * Puts the rows in their place, before any trigger, rule or foreign key is there. In one
   * transaction with what is said of it in the journal.
   *
   * @return notes on values that were lost
   */
  List<String> move(Connection connection, RestoreJournal journal) throws SQLException {
    List<String> notes = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      for (BaseIndex.Table table : tables) {
        int before = notes.size();
        for (BaseIndex.Column column : table.columns()) {
          if (TYPES.containsKey(column.typeOid())) {
            notes.addAll(lost(statement, table, column));
          }
        }
        if (notes.size() > before) {
          journal.put(connection, CHANGED + place(table), List.of());
        }
        statement.execute(
            "INSERT INTO "
                + place(table)
                + table.columns().stream()
                    .map(column -> Sql.identifier(column.name()))
                    .collect(Collectors.joining(", ", " (", ")"))
                + " OVERRIDING SYSTEM VALUE SELECT "
                + table.columns().stream().map(NamedValues::value).collect(Collectors.joining(", "))
                + " FROM "
                + beside(table));
        statement.execute("DROP TABLE " + beside(table));
      }
    }
    return notes;
  }

  private static List<String> lost(
      Statement statement, BaseIndex.Table table, BaseIndex.Column column) throws SQLException {
    String name = Sql.identifier(column.name());
    try (ResultSet row =
        statement.executeQuery(
            "SELECT count(*), min("
                + name
                + ") FROM "
                + beside(table)
                + " WHERE "
                + name
                + " <> '-' AND "
                + name
                + " !~ '^[0-9]+$' AND "
                + lookup(column)
                + " IS NULL")) {
      row.next();
      if (row.getLong(1) == 0) {
        return List.of();
      }
      return List.of(
          row.getLong(1)
              + " values of column "
              + place(table)
              + "."
              + name
              + " name what the restored database does not have, such as "
              + row.getString(2)
              + ": they are 0 now");
    }
  }

  private static String value(BaseIndex.Column column) {
    String name = Sql.identifier(column.name());
    String type = TYPES.get(column.typeOid());
    if (type == null) {
      return name;
    }
    return ("CASE WHEN %1$s IS NULL THEN NULL"
            + " WHEN %1$s ~ '^[0-9]+$' THEN %1$s::pg_catalog.oid::pg_catalog.%2$s"
            + " ELSE coalesce(%3$s, 0::pg_catalog.oid::pg_catalog.%2$s) END")
        .formatted(name, type, lookup(column));
  }

  /** NULL for a name that nothing has; {@code -}, which stands for 0, is none. */
  private static String lookup(BaseIndex.Column column) {
    return "pg_catalog.to_"
        + TYPES.get(column.typeOid())
        + "(nullif("
        + Sql.identifier(column.name())
        + ", '-'))";
  }

  /** Tables, quoted, that hold other values than they were given. */
  static Set<String> changed(RestoreJournal journal) {
    return journal.withPrefix(CHANGED);
  }
}
