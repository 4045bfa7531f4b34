/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.DatabaseProperties;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives the target's database what the source's had of its own. */
final class DatabaseRestore {

  private DatabaseRestore() {}

  /**
   * @return notes on what was refused, what the base does not hold, and a locale that is another
   */
  static List<String> apply(Connection connection, DatabaseProperties properties)
      throws SQLException {
    List<String> notes = new ArrayList<>(properties.leftOut());
    try (Statement statement = connection.createStatement()) {
      for (String sql : properties.statements()) {
        try {
          statement.execute(sql);
        } catch (SQLException e) {
          if (connection.isClosed()) {
            throw e;
          }
          notes.add("a property of the database was refused (" + e.getMessage() + "): " + sql);
        }
      }
      DatabaseProperties.Locale locale = DatabaseProperties.locale(statement);
      if (!locale.equals(properties.locale())) {
        notes.add(
            "text sorts in another way than in the source: the database has "
                + locale
                + " instead of "
                + properties.locale());
      }
    }
    return notes;
  }

  /**
   * {@code CREATE DATABASE} statements, the first of which that succeeds will do; the later ones
   * for servers that do not know the source's locale, or whose own one is for another encoding.
   */
  static List<String> create(String name, Optional<DatabaseProperties> properties) {
    String create = "CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'";
    List<String> statements = new ArrayList<>();
    properties.ifPresent(it -> statements.add(create + options(it.locale())));
    statements.add(create);
    statements.add(create + " LC_COLLATE 'C' LC_CTYPE 'C'");
    return statements;
  }

  private static String options(DatabaseProperties.Locale locale) {
    String libc =
        " LC_COLLATE " + Sql.literal(locale.collate()) + " LC_CTYPE " + Sql.literal(locale.ctype());
    return switch (locale.provider()) {
      case "i" ->
          libc + " LOCALE_PROVIDER icu ICU_LOCALE " + Sql.literal(locale.name().orElse("und"));
      case "b" ->
          libc
              + " LOCALE_PROVIDER builtin BUILTIN_LOCALE "
              + Sql.literal(locale.name().orElse("C.UTF-8"));
      default -> libc;
    };
  }
}
