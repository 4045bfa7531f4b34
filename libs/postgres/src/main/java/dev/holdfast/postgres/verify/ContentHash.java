/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Hashes tables so that a source and its restore can be compared without both being at hand.
 *
 * <p>A row's hash is the first 16 bytes of the SHA-256 of its line in {@code COPY} text format
 * (UTF-8, without the newline), columns by name in attribute order, generated ones left out, under
 * the pinned formatting of {@link Connections}. A table's hash is the sum of its rows' hashes as
 * big-endian numbers modulo 2^128, in hexadecimal: equal rows count as often as they occur, and
 * order is irrelevant.
 */
public final class ContentHash {

  private static final String TABLES =
      """
      SELECT n.nspname, c.relname, a.attname
      FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      LEFT JOIN pg_catalog.pg_attribute a
        ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relkind = 'r' AND c.relpersistence <> 't'
        AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'holdfast')
        AND n.nspname !~ '^pg_(toast|temp_)'
        AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend d
          WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
            AND d.objid = c.oid AND d.deptype = 'e')
      ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C", a.attnum
      """;

  private ContentHash() {}

  /**
   * Hashes {@code tables} as they are now, or as {@code snapshot} shows them. An interrupt cancels.
   *
   * @param snapshot id of an exported snapshot, as {@code pg_export_snapshot()} printed it; its
   *     transaction must stay open until this returns. Without it tables, and parts of large ones,
   *     are read under snapshots of their own: nobody may write meanwhile
   * @param parallelism connections that read at the same time, at least 1
   * @return in the order of {@code tables}
   */
  public static List<TableContent> of(
      Connections connections,
      List<HashedTable> tables,
      Optional<String> snapshot,
      int parallelism) {
    List<TablePart> parts = TablePart.shared(connections, tables);
    List<RowHasher> hashed =
        TableScan.readParts(connections, parts, snapshot, parallelism, _ -> sink());
    List<RowHasher> sums = tables.stream().map(_ -> new RowHasher()).toList();
    for (int i = 0; i < parts.size(); i++) {
      sums.get(parts.get(i).table()).merge(hashed.get(i));
    }
    return IntStream.range(0, tables.size())
        .mapToObj(i -> sums.get(i).content(tables.get(i).schema(), tables.get(i).name()))
        .toList();
  }

  private static TableScan.Sink<RowHasher> sink() {
    RowHasher hasher = new RowHasher();
    return new TableScan.Sink<>() {
      @Override
      public void line(byte[] line, int length) {
        hasher.line(line, 0, length);
      }

      @Override
      public RowHasher result() {
        return hasher;
      }
    };
  }

  /**
   * Every table with rows of its own (plain tables and leaf partitions) that belongs to no
   * extension, outside of the system's schemas and {@code holdfast}, by schema and name.
   */
  public static List<HashedTable> tables(Connections connections) {
    try (Connection connection = connections.open()) {
      return tables(connection);
    } catch (SQLException e) {
      throw PostgresException.of(e, "listing tables", connections.describe());
    }
  }

  /** As {@link #tables(Connections)}, as the session's transaction sees them. */
  public static List<HashedTable> tables(Connection connection) throws SQLException {
    List<HashedTable> tables = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(TABLES)) {
      @Nullable String schema = null;
      @Nullable String name = null;
      List<String> columns = new ArrayList<>();
      while (row.next()) {
        if (schema != null
            && name != null
            && !(schema.equals(row.getString(1)) && name.equals(row.getString(2)))) {
          tables.add(new HashedTable(schema, name, columns));
          columns.clear();
        }
        schema = row.getString(1);
        name = row.getString(2);
        @Nullable String column = row.getString(3);
        if (column != null) {
          columns.add(column);
        }
      }
      if (schema != null && name != null) {
        tables.add(new HashedTable(schema, name, columns));
      }
    }
    return tables;
  }
}
