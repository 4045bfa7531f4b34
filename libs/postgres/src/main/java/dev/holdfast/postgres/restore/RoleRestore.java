/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Creates the roles that a base knows and the target's server does not, without passwords. */
final class RoleRestore {

  private static final String CREATE = "CREATE ROLE ";
  private static final String DUPLICATE_OBJECT = "42710";

  private RoleRestore() {}

  /**
   * Runs one statement per line. Roles that exist are left alone, their settings too.
   *
   * @return notes on what was created and what could not be
   */
  static List<String> apply(Connection connection, Reader sql) throws IOException, SQLException {
    List<String> created = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    TreeSet<String> existing = new TreeSet<>();
    BufferedReader lines = new BufferedReader(sql);
    try (Statement statement = connection.createStatement()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.isBlank()) {
          continue;
        }
        boolean create = line.startsWith(CREATE);
        String role = roleOf(line);
        if (!create && existing.contains(role)) {
          continue;
        }
        try {
          statement.execute(line);
          if (create) {
            created.add(role);
          }
        } catch (SQLException e) {
          if (create && DUPLICATE_OBJECT.equals(e.getSQLState())) {
            existing.add(role);
          } else if (e.getSQLState() != null && !e.getSQLState().startsWith("08")) {
            notes.add("role statement refused (" + e.getMessage() + "): " + line);
          } else {
            throw e;
          }
        }
      }
    }
    if (!created.isEmpty()) {
      notes.addFirst(
          "roles created without a password, set one for those that log in: "
              + String.join(", ", created));
    }
    return notes;
  }

  /** The role that a statement changes, quoted: that of a membership is the member. */
  private static String roleOf(String line) {
    String rest =
        line.startsWith("GRANT ")
            ? line.substring(line.lastIndexOf(" TO ") + 4)
            : line.substring(line.indexOf("ROLE ") + 5);
    int quote = rest.indexOf('"');
    if (quote < 0) {
      return rest.split("[ ;]", 2)[0];
    }
    int end = quote + 1;
    while (end < rest.length()
        && (rest.charAt(end) != '"' || (end + 1 < rest.length() && rest.charAt(end + 1) == '"'))) {
      end += rest.charAt(end) == '"' ? 2 : 1;
    }
    return rest.substring(0, Math.min(rest.length(), end + 1));
  }
}
