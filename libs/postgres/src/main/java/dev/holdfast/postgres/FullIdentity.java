/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.postgres.base.SourceCatalog;
import dev.holdfast.postgres.base.SourceTable;
import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Gives tables that cannot be streamed {@code REPLICA IDENTITY FULL}. Only when a person names
 * them: from then on every UPDATE and DELETE on them writes the whole old row to the log.
 */
public final class FullIdentity {

  private FullIdentity() {}

  /**
   * What came of it.
   *
   * @param changed tables, {@code schema.name}
   * @param refused tables that are as before, and why
   */
  public record Outcome(List<String> changed, List<Finding> refused) {}

  /**
   * Table by table: one that is locked or belongs to somebody else does not stop the others.
   *
   * @param patterns tables or schemas as in a scope's exclusions
   * @throws PostgresException when a pattern names no such table, before anything is changed
   */
  public static Outcome give(Connections connections, TableScope scope, List<String> patterns) {
    try (Connection connection = connections.primary().open()) {
      List<SourceTable> tables = without(connection, SourceCatalog.read(connection, scope));
      for (String pattern : patterns) {
        if (tables.stream().noneMatch(table -> named(List.of(pattern), table))) {
          throw new PostgresException(
              PostgresException.Reason.WRONG_SETTING,
              "full-identity",
              "--full-identity: no table in scope that lacks a replica identity is named '"
                  + pattern
                  + "'",
              "name one that the findings call not protected, such as public.log_lines");
        }
      }
      List<String> changed = new ArrayList<>();
      List<Finding> refused = new ArrayList<>();
      try (Statement statement = connection.createStatement()) {
        // Who waits for this lock holds up everybody behind it.
        statement.execute("SET lock_timeout = '3s'");
        for (SourceTable table : tables.stream().filter(it -> named(patterns, it)).toList()) {
          String name = table.schema() + "." + table.name();
          try {
            statement.execute("ALTER TABLE ONLY " + table.quoted() + " REPLICA IDENTITY FULL");
            changed.add(name);
          } catch (SQLException e) {
            PostgresException known =
                PostgresException.of(e, "giving it an identity", connections.describe());
            refused.add(Finding.error(known.reason(), name, known.what(), known.fix()));
          }
        }
      }
      return new Outcome(changed, refused);
    } catch (SQLException e) {
      throw PostgresException.of(e, "giving tables an identity", connections.describe());
    }
  }

  private static boolean named(List<String> patterns, SourceTable table) {
    return TableScope.named(patterns, table.schema(), table.name());
  }

  /** Those that are logged: no identity makes an unlogged table one that can be streamed. */
  private static List<SourceTable> without(Connection connection, SourceCatalog catalog)
      throws SQLException {
    List<SourceTable> tables = catalog.tables().stream().filter(it -> !it.streamed()).toList();
    List<Long> logged = new ArrayList<>();
    try (PreparedStatement statement =
        connection.prepareStatement(
            "SELECT oid::bigint FROM pg_catalog.pg_class"
                + " WHERE oid = ANY (?::pg_catalog.oid[]) AND relpersistence = 'p'")) {
      statement.setArray(
          1, connection.createArrayOf("int8", tables.stream().map(SourceTable::oid).toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          logged.add(row.getLong(1));
        }
      }
    }
    return tables.stream().filter(table -> logged.contains(table.oid())).toList();
  }
}
