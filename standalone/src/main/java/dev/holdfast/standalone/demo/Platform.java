/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Predicate;

/** The voice platform's database: its tables, and about a million rows that are always the same. */
public final class Platform {

  private Platform() {}

  /** Creates and fills everything; the session must be the owner's, in auto-commit. */
  public static void load(Connection connection) throws SQLException {
    load(connection, sql -> true);
  }

  /** As {@link #load(Connection)}, but only by those statements. */
  public static void load(Connection connection, Predicate<String> statements) throws SQLException {
    try (var statement = connection.createStatement()) {
      for (String sql : script().split("\n\\s*\n")) {
        if (statements.test(sql)) {
          statement.execute(sql);
        }
      }
    }
  }

  private static String script() {
    try (var in = Platform.class.getResourceAsStream("platform.sql")) {
      if (in == null) {
        throw new IllegalStateException("platform.sql is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
