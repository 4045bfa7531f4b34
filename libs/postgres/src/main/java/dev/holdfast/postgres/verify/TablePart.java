/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Rows of a table that are read by one statement: all, or those in some of its blocks.
 *
 * @param table its place in the list of tables
 * @param query what {@code COPY} is to send, as it follows that word
 */
record TablePart(int table, String query) {

  /** Large enough that its start does not matter, small enough to share a table out. */
  private static final int BLOCKS = 8192;

  /** Every table as a whole. */
  static List<TablePart> whole(List<HashedTable> tables) {
    List<TablePart> parts = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      parts.add(new TablePart(i, whole(tables.get(i))));
    }
    return parts;
  }

  /** Large tables in parts of 64 MiB (of blocks of 8 KiB); the last one has no end. */
  static List<TablePart> shared(Connections connections, List<HashedTable> tables) {
    List<TablePart> parts = new ArrayList<>();
    try (Connection connection = connections.open();
        PreparedStatement size =
            connection.prepareStatement(
                "SELECT pg_catalog.pg_relation_size(pg_catalog.to_regclass(?))"
                    + " / pg_catalog.current_setting('block_size')::pg_catalog.int8")) {
      for (int i = 0; i < tables.size(); i++) {
        HashedTable table = tables.get(i);
        size.setString(1, name(table));
        try (ResultSet row = size.executeQuery()) {
          row.next();
          long blocks = row.getLong(1);
          if (blocks <= BLOCKS) {
            parts.add(new TablePart(i, whole(table)));
          }
          for (long from = 0; blocks > BLOCKS && from < blocks; from += BLOCKS) {
            parts.add(new TablePart(i, blocks(table, from, from + BLOCKS >= blocks)));
          }
        }
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "asking for the sizes of tables", connections.describe());
    }
    return parts;
  }

  private static String name(HashedTable table) {
    return Sql.qualified(table.schema(), table.name());
  }

  private static String whole(HashedTable table) {
    return name(table)
        + (table.columns().isEmpty()
            ? ""
            : table.columns().stream()
                .map(Sql::identifier)
                .collect(Collectors.joining(", ", " (", ")")));
  }

  private static String blocks(HashedTable table, long from, boolean last) {
    return "(SELECT "
        + table.columns().stream().map(Sql::identifier).collect(Collectors.joining(", "))
        + " FROM ONLY "
        + name(table)
        + " WHERE ctid >= '("
        + from
        + ",0)'"
        + (last ? "" : " AND ctid < '(" + (from + BLOCKS) + ",0)'")
        + ")";
  }
}
