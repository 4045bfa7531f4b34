/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Sql;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Roles as SQL, one statement a line, without passwords: a restored role cannot log in with one
 * until somebody sets it.
 */
final class RoleDump {

  private RoleDump() {}

  static String read(Connection connection) throws SQLException {
    List<String> lines = new ArrayList<>();
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,
                     rolreplication, rolbypassrls, rolconnlimit, rolvaliduntil::pg_catalog.text
              FROM pg_catalog.pg_roles WHERE rolname NOT LIKE 'pg\\_%'
              ORDER BY rolname COLLATE "C"
              """)) {
        while (row.next()) {
          String attributes =
              attribute(row.getBoolean(2), "SUPERUSER")
                  + attribute(row.getBoolean(3), "INHERIT")
                  + attribute(row.getBoolean(4), "CREATEROLE")
                  + attribute(row.getBoolean(5), "CREATEDB")
                  + attribute(row.getBoolean(6), "LOGIN")
                  + attribute(row.getBoolean(7), "REPLICATION")
                  + attribute(row.getBoolean(8), "BYPASSRLS");
          lines.add(
              "CREATE ROLE "
                  + name(row.getString(1))
                  + " WITH"
                  + attributes
                  + " CONNECTION LIMIT "
                  + row.getInt(9)
                  + (row.getString(10) == null
                      ? ""
                      : " VALID UNTIL " + Sql.literal(row.getString(10)))
                  + ";");
        }
      }
      memberships(statement, lines);
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT r.rolname, config FROM pg_catalog.pg_db_role_setting s
              JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
              LATERAL pg_catalog.unnest(s.setconfig) AS config
              WHERE s.setdatabase = 0 AND r.rolname NOT LIKE 'pg\\_%'
              ORDER BY r.rolname COLLATE "C", config COLLATE "C"
              """)) {
        while (row.next()) {
          String pair = row.getString(2);
          int equals = pair.indexOf('=');
          lines.add(
              "ALTER ROLE "
                  + name(row.getString(1))
                  + " SET "
                  + Setting.assignment(pair.substring(0, equals), pair.substring(equals + 1))
                  + ";");
        }
      }
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT rolname, pg_catalog.shobj_description(oid, 'pg_authid')
              FROM pg_catalog.pg_roles
              WHERE rolname NOT LIKE 'pg\\_%'
                AND pg_catalog.shobj_description(oid, 'pg_authid') IS NOT NULL
              ORDER BY rolname COLLATE "C"
              """)) {
        while (row.next()) {
          lines.add(
              "COMMENT ON ROLE "
                  + name(row.getString(1))
                  + " IS "
                  + Setting.literal(row.getString(2))
                  + ";");
        }
      }
    }
    return lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
  }

  /**
   * Who is a member of what. From 16 on a membership says whether its rights are inherited and
   * whether its role may be set, and may be there several times, granted by several roles; what
   * counts is what any of them allows.
   */
  private static void memberships(Statement statement, List<String> lines) throws SQLException {
    boolean options = statement.getConnection().getMetaData().getDatabaseMajorVersion() >= 16;
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT r.rolname, m.rolname, pg_catalog.bool_or(a.admin_option), %s
            FROM pg_catalog.pg_auth_members a
            JOIN pg_catalog.pg_roles r ON r.oid = a.roleid
            JOIN pg_catalog.pg_roles m ON m.oid = a.member
            WHERE m.rolname NOT LIKE 'pg\\_%%'
            GROUP BY 1, 2 ORDER BY r.rolname COLLATE "C", m.rolname COLLATE "C"
            """
                .formatted(
                    options
                        ? "pg_catalog.bool_or(a.inherit_option), pg_catalog.bool_or(a.set_option)"
                        : "NULL, NULL"))) {
      while (row.next()) {
        boolean admin = row.getBoolean(3);
        lines.add(
            "GRANT "
                + name(row.getString(1))
                + " TO "
                + name(row.getString(2))
                + (options
                    ? " WITH ADMIN %s, INHERIT %s, SET %s"
                        .formatted(
                            option(admin), option(row.getBoolean(4)), option(row.getBoolean(5)))
                    : admin ? " WITH ADMIN OPTION" : "")
                + ";");
      }
    }
  }

  private static String option(boolean allowed) {
    return allowed ? "TRUE" : "FALSE";
  }

  private static String attribute(boolean set, String name) {
    return set ? " " + name : " NO" + name;
  }

  /** A quoted name that never breaks the line. */
  private static String name(String name) {
    if (name.indexOf('\n') < 0 && name.indexOf('\r') < 0) {
      return Sql.identifier(name);
    }
    return "U&"
        + Sql.identifier(
            name.replace("\\", "\\\\").replace("\n", "\\000A").replace("\r", "\\000D"));
  }
}
