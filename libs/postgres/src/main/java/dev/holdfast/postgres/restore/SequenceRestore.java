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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Sets sequences so that they are never behind: at the furthest of the base's value, what the
 * stream showed since, and the values in columns that take theirs from the sequence.
 */
final class SequenceRestore {

  /** Integer columns that own a sequence or have it in their default. */
  private static final String COLUMNS =
      """
      SELECT sn.nspname, s.relname, tn.nspname, t.relname, a.attname
      FROM (
        SELECT d.objid AS sequence, d.refobjid AS relation, d.refobjsubid AS attribute
        FROM pg_catalog.pg_depend d
        WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
          AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
        UNION
        SELECT d.refobjid, f.adrelid, f.adnum
        FROM pg_catalog.pg_depend d
        JOIN pg_catalog.pg_attrdef f ON f.oid = d.objid
        WHERE d.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass
          AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      ) uses
      JOIN pg_catalog.pg_class s ON s.oid = uses.sequence AND s.relkind = 'S'
      JOIN pg_catalog.pg_namespace sn ON sn.oid = s.relnamespace
      JOIN pg_catalog.pg_class t ON t.oid = uses.relation AND t.relkind IN ('r', 'p')
      JOIN pg_catalog.pg_namespace tn ON tn.oid = t.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = uses.attribute
      WHERE a.atttypid IN ('pg_catalog.int2'::pg_catalog.regtype,
        'pg_catalog.int4'::pg_catalog.regtype, 'pg_catalog.int8'::pg_catalog.regtype)
      """;

  private SequenceRestore() {}

  private record Definition(long increment, long lowest, long highest) {}

  /**
   * @return notes on sequences that the target does not have
   */
  static List<String> apply(Connection connection, BaseIndex base, SequenceStates states)
      throws SQLException {
    Map<String, Definition> definitions = definitions(connection);
    Map<String, List<String>> columns = columns(connection);
    List<String> notes = new ArrayList<>();
    for (BaseIndex.Sequence sequence : base.sequences()) {
      String name = Sql.qualified(sequence.schema(), sequence.name());
      Definition definition = definitions.get(name);
      if (definition == null) {
        notes.add("sequence " + name + " is not in the restored schema");
        continue;
      }
      boolean up = definition.increment() > 0;
      long value = sequence.lastValue();
      boolean called = sequence.called();
      Optional<SequenceStates.Range> streamed = states.of(sequence.schema(), sequence.name());
      if (streamed.isPresent()) {
        long seen = up ? streamed.get().highest() : streamed.get().lowest();
        if (further(seen, value, up)) {
          value = seen;
          called = true;
        }
      }
      for (String query : columns.getOrDefault(name, List.of())) {
        Optional<Long> used = used(connection, query, up);
        if (used.isPresent()
            && (further(used.get(), value, up) || used.get() == value)
            && used.get() >= definition.lowest()
            && used.get() <= definition.highest()) {
          value = used.get();
          called = true;
        }
      }
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            "SELECT pg_catalog.setval("
                + Sql.literal(name)
                + "::pg_catalog.regclass, "
                + value
                + ", "
                + called
                + ")");
      }
    }
    return notes;
  }

  private static boolean further(long a, long b, boolean up) {
    return up ? a > b : a < b;
  }

  private static Map<String, Definition> definitions(Connection connection) throws SQLException {
    Map<String, Definition> definitions = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT n.nspname, c.relname, s.seqincrement, s.seqmin, s.seqmax
                FROM pg_catalog.pg_sequence s
                JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                """)) {
      while (row.next()) {
        definitions.put(
            Sql.qualified(row.getString(1), row.getString(2)),
            new Definition(row.getLong(3), row.getLong(4), row.getLong(5)));
      }
    }
    return definitions;
  }

  /** Expressions over the columns that use a sequence, by its quoted name. */
  private static Map<String, List<String>> columns(Connection connection) throws SQLException {
    Map<String, List<String>> columns = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(COLUMNS)) {
      while (row.next()) {
        columns
            .computeIfAbsent(
                Sql.qualified(row.getString(1), row.getString(2)), name -> new ArrayList<>())
            .add(
                "("
                    + Sql.identifier(row.getString(5))
                    + ") FROM "
                    + Sql.qualified(row.getString(3), row.getString(4)));
      }
    }
    return columns;
  }

  private static Optional<Long> used(Connection connection, String column, boolean up)
      throws SQLException {
    String query = "SELECT pg_catalog." + (up ? "max" : "min") + column;
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      @Nullable Long value = row.getObject(1) == null ? null : row.getLong(1);
      return Optional.ofNullable(value);
    }
  }
}
