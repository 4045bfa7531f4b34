/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a database holds at one moment: rows and definitions of all its tables.
 *
 * @param through all that was committed before
 */
record DatabaseImage(Lsn through, Map<String, String> rows, List<String> definitions) {

  private static final String TABLES =
      """
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
      FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%'
        AND n.nspname NOT IN ('information_schema', 'holdfast') ORDER BY 1
      """;

  private static final String DEFINITIONS =
      """
      WITH t AS (
        SELECT c.oid, pg_catalog.format('%I.%I', n.nspname, c.relname) AS name, c.relkind, n.nspname
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname NOT IN ('information_schema', 'holdfast'))
      SELECT pg_catalog.format('column %s %s %s %s %s %s', t.name,
          row_number() OVER (PARTITION BY t.oid ORDER BY a.attnum), a.attname,
          pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
          pg_catalog.pg_get_expr(d.adbin, d.adrelid))
        FROM t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0
        LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
        WHERE t.relkind IN ('r', 'p') AND NOT a.attisdropped
      UNION ALL
      SELECT pg_catalog.pg_get_indexdef(t.oid) FROM t WHERE t.relkind = 'i'
      UNION ALL
      SELECT t.name || ' ' || c.conname || ' ' || pg_catalog.pg_get_constraintdef(c.oid)
        FROM t JOIN pg_catalog.pg_constraint c ON c.conrelid = t.oid
      UNION ALL
      SELECT t.name || ' ' || pg_catalog.pg_get_viewdef(t.oid) FROM t WHERE t.relkind = 'v'
      UNION ALL
      SELECT pg_catalog.pg_get_functiondef(p.oid) FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        WHERE n.nspname IN ('public', 'other')
      UNION ALL
      SELECT 'enum ' || t.typname || ' ' || e.enumlabel FROM pg_catalog.pg_enum e
        JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid
      ORDER BY 1
      """;

  /**
   * The definitions that decide how rows are read and whether they load. The others (views,
   * functions, defaults, indexes that are not unique) are as at the newest base where no triggers
   * tell of changes.
   */
  List<String> definitionsOfRows() {
    return definitions.stream()
        .filter(line -> !line.startsWith("CREATE INDEX") && !line.startsWith("CREATE OR REPLACE"))
        .filter(line -> !line.matches("(?s)\\S+ +SELECT .*"))
        .map(line -> line.replaceFirst("^(column \\S+ \\d+ \\S+ .*? [tf]) .*$", "$1"))
        .toList();
  }

  /** Nobody else writes meanwhile. */
  static DatabaseImage of(Connection connection) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    for (String table : strings(connection, TABLES)) {
      rows.put(
          table,
          strings(
                  connection,
                  "SELECT count(*) || ' rows ' || pg_catalog.md5(pg_catalog.string_agg(t::text,"
                      + " E'\\n' ORDER BY t::text COLLATE \"C\")) FROM ONLY "
                      + table
                      + " t")
              .toString());
    }
    // Expressions are printed with the names that the path does not spare.
    strings(connection, "SELECT pg_catalog.set_config('search_path', '', false)");
    List<String> definitions = strings(connection, DEFINITIONS);
    return new DatabaseImage(
        Lsn.parse(strings(connection, "SELECT pg_catalog.pg_current_wal_insert_lsn()").getFirst()),
        rows,
        definitions);
  }

  private static List<String> strings(Connection connection, String query) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        strings.add(String.valueOf(row.getString(1)));
      }
    }
    return strings;
  }
}
