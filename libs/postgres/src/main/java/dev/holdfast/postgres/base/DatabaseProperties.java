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
import java.util.Optional;

/**
 * What is a database's own and in no schema dump.
 *
 * @param locale how text sorts and is classified unless a column says otherwise
 * @param statements owner, privileges, comment, connection limit and settings of roles in this
 *     database: SQL, each for the database that the session is in
 * @param unpopulated materialized views without rows, {@code schema.name} quoted where PostgreSQL
 *     would
 * @param leftOut what of the database is not in the base, in words
 */
public record DatabaseProperties(
    Locale locale, List<String> statements, List<String> unpopulated, List<String> leftOut) {

  /**
   * @param provider {@code pg_database.datlocprovider}: {@code c} (libc), {@code i} (ICU), {@code
   *     b} (builtin)
   * @param name of the provider's locale; empty for libc, which has the other two
   */
  public record Locale(String provider, String collate, String ctype, Optional<String> name) {}

  public DatabaseProperties {
    statements = List.copyOf(statements);
    unpopulated = List.copyOf(unpopulated);
    leftOut = List.copyOf(leftOut);
  }

  static DatabaseProperties read(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return new DatabaseProperties(
          locale(statement), statements(statement), unpopulated(statement), leftOut(statement));
    }
  }

  /** The locale of the database that the session is in. */
  public static Locale locale(Statement statement) throws SQLException {
    // The ICU locale's column has another name from 17 on.
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT datlocprovider, datcollate, datctype,
              coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', pg_catalog.to_jsonb(d) ->> 'daticulocale')
            FROM pg_catalog.pg_database d WHERE datname = pg_catalog.current_database()
            """)) {
      row.next();
      return new Locale(
          row.getString(1),
          row.getString(2),
          row.getString(3),
          Optional.ofNullable(row.getString(4)));
    }
  }

  private static List<String> statements(Statement statement) throws SQLException {
    List<String> statements = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT pg_catalog.pg_get_userbyid(datdba), datconnlimit, datacl IS NOT NULL,
              pg_catalog.shobj_description(oid, 'pg_database')
            FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()
            """)) {
      row.next();
      statements.add(
          onDatabase("ALTER DATABASE ", " OWNER TO " + Sql.identifier(row.getString(1))));
      if (row.getInt(2) != -1) {
        statements.add(onDatabase("ALTER DATABASE ", " CONNECTION LIMIT " + row.getInt(2)));
      }
      if (row.getBoolean(3)) {
        statements.add(onDatabase("REVOKE ALL ON DATABASE ", " FROM PUBLIC"));
      }
      if (row.getString(4) != null) {
        statements.add(onDatabase("COMMENT ON DATABASE ", " IS " + Sql.literal(row.getString(4))));
      }
    }
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT privilege_type, is_grantable,
              CASE WHEN grantee = 0 THEN NULL ELSE pg_catalog.pg_get_userbyid(grantee) END
            FROM pg_catalog.pg_database, pg_catalog.aclexplode(datacl)
            WHERE datname = pg_catalog.current_database() ORDER BY 3, 1
            """)) {
      while (row.next()) {
        String grantee = row.getString(3) == null ? "PUBLIC" : Sql.identifier(row.getString(3));
        statements.add(
            onDatabase(
                "GRANT " + row.getString(1) + " ON DATABASE ",
                " TO " + grantee + (row.getBoolean(2) ? " WITH GRANT OPTION" : "")));
      }
    }
    try (ResultSet row =
        statement.executeQuery(
            """
            SELECT r.rolname, config FROM pg_catalog.pg_db_role_setting s
            JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase
            JOIN pg_catalog.pg_roles r ON r.oid = s.setrole,
            LATERAL pg_catalog.unnest(s.setconfig) AS config
            WHERE d.datname = pg_catalog.current_database()
            ORDER BY r.rolname COLLATE "C", config COLLATE "C"
            """)) {
      while (row.next()) {
        String pair = row.getString(2);
        int equals = pair.indexOf('=');
        statements.add(
            onDatabase(
                "ALTER ROLE " + Sql.identifier(row.getString(1)) + " IN DATABASE ",
                " SET "
                    + Setting.assignment(pair.substring(0, equals), pair.substring(equals + 1))));
      }
    }
    return statements;
  }

  /** The database's name is another one where it is restored. */
  private static String onDatabase(String before, String after) {
    String template = before.replace("%", "%%") + "%I" + after.replace("%", "%%");
    return "DO "
        + Sql.literal(
            "BEGIN EXECUTE pg_catalog.format("
                + Sql.literal(template)
                + ", pg_catalog.current_database()); END");
  }

  private static List<String> unpopulated(Statement statement) throws SQLException {
    return strings(
        statement,
        """
        SELECT pg_catalog.format('%I.%I', n.nspname, c.relname) FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'm' AND NOT c.relispopulated ORDER BY 1
        """);
  }

  private static List<String> leftOut(Statement statement) throws SQLException {
    List<String> leftOut = new ArrayList<>();
    for (String name :
        strings(
            statement,
            """
            SELECT s.subname::pg_catalog.text FROM pg_catalog.pg_subscription s
            JOIN pg_catalog.pg_database d ON d.oid = s.subdbid
            WHERE d.datname = pg_catalog.current_database() ORDER BY 1
            """)) {
      leftOut.add(
          "subscription "
              + Sql.identifier(name)
              + " is not in the backup: a second one would take the place of the first. Create it"
              + " anew where it is wanted");
    }
    for (String tablespace :
        strings(
            statement,
            """
            SELECT DISTINCT t.spcname::pg_catalog.text FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_tablespace t ON t.oid = c.reltablespace
            WHERE t.spcname <> 'pg_global' ORDER BY 1
            """)) {
      leftOut.add(
          "tablespace "
              + Sql.identifier(tablespace)
              + " is not kept: what it held is in the target's default tablespace");
    }
    LargeObjects.count(statement.getConnection()).leftOut().ifPresent(leftOut::add);
    return leftOut;
  }

  private static List<String> strings(Statement statement, String query) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        strings.add(row.getString(1));
      }
    }
    return strings;
  }
}
