/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.base.BaseIndex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Tables of a restored schema that were not asked for. */
final class OtherTables {

  /** Parents of what was asked for are kept, by inheritance and by partitioning. */
  private static final String OTHERS =
      """
      WITH RECURSIVE kept AS (
        SELECT c.oid FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        JOIN ROWS FROM (pg_catalog.unnest(?::pg_catalog.text[]),
            pg_catalog.unnest(?::pg_catalog.text[])) AS asked(schema, name)
          ON asked.schema = n.nspname AND asked.name = c.relname
        UNION
        SELECT i.inhparent FROM pg_catalog.pg_inherits i JOIN kept ON kept.oid = i.inhrelid)
      SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'holdfast')
        AND n.nspname !~ '^pg_'
        AND c.oid NOT IN (SELECT oid FROM kept)
        AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.objid = c.oid AND d.deptype = 'e')
      """;

  private OtherTables() {}

  /**
   * Drops them, and the views over them: what is left depends on nothing that is not there.
   *
   * @param asked its tables are kept
   * @return how many were dropped
   */
  static int drop(Connection connection, BaseIndex asked) throws SQLException {
    List<String> others = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(OTHERS)) {
      query.setArray(1, names(connection, asked.tables().stream().map(BaseIndex.Table::schema)));
      query.setArray(2, names(connection, asked.tables().stream().map(BaseIndex.Table::name)));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          others.add(row.getString(1));
        }
      }
    }
    try (Statement statement = connection.createStatement()) {
      for (String table : others) {
        // With a partitioned table its partitions went.
        statement.execute("DROP TABLE IF EXISTS " + table + " CASCADE");
      }
    }
    return others.size();
  }

  private static java.sql.Array names(Connection connection, java.util.stream.Stream<String> names)
      throws SQLException {
    return connection.createArrayOf("text", names.toArray());
  }
}
