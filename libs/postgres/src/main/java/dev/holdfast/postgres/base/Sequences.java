/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * States of the sequences in scope. Sequences know no snapshot: what is read is at least as far as
 * every transaction that committed before.
 */
public final class Sequences {

  /** Sequences read by one statement. */
  private static final int BATCH = 200;

  private Sequences() {}

  private record Found(String schema, String name, Optional<String> owner) {}

  /** The states of all sequences of the schemas in scope, by schema and name. */
  public static List<BaseIndex.Sequence> read(Connection connection, TableScope scope)
      throws SQLException {
    List<Found> found = find(connection, scope);
    List<BaseIndex.Sequence> states = new ArrayList<>();
    for (int from = 0; from < found.size(); from += BATCH) {
      List<Found> batch = found.subList(from, Math.min(found.size(), from + BATCH));
      Map<Integer, BaseIndex.Sequence> read = new TreeMap<>();
      List<String> parts = new ArrayList<>();
      for (int i = 0; i < batch.size(); i++) {
        // The sequence itself is read: the views hide the value of one that was never called.
        parts.add(
            "SELECT "
                + i
                + ", last_value, is_called FROM "
                + Sql.qualified(batch.get(i).schema(), batch.get(i).name()));
      }
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery(String.join(" UNION ALL ", parts))) {
        while (row.next()) {
          Found sequence = batch.get(row.getInt(1));
          read.put(
              row.getInt(1),
              new BaseIndex.Sequence(
                  sequence.schema(),
                  sequence.name(),
                  row.getLong(2),
                  row.getBoolean(3),
                  sequence.owner()));
        }
      }
      states.addAll(read.values());
    }
    return states;
  }

  private static List<Found> find(Connection connection, TableScope scope) throws SQLException {
    List<Found> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT n.nspname, c.relname, tn.nspname, t.relname, a.attname
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                LEFT JOIN pg_catalog.pg_depend d
                  ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
                 AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
                 AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
                LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
                LEFT JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
                LEFT JOIN pg_catalog.pg_attribute a
                  ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
                WHERE c.relkind = 'S' AND c.relpersistence <> 't'
                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                    WHERE e.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                      AND e.objid = c.oid AND e.deptype = 'e')
                ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
                """)) {
      while (row.next()) {
        if (scope.coversSchema(row.getString(1))) {
          String table = row.getString(4);
          found.add(
              new Found(
                  row.getString(1),
                  row.getString(2),
                  table == null
                      ? Optional.empty()
                      : Optional.of(row.getString(3) + "." + table + "." + row.getString(5))));
        }
      }
    }
    return found;
  }
}
