/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.postgres.base.LargeObjects;
import dev.holdfast.postgres.base.SourceCatalog;
import dev.holdfast.postgres.base.SourceTable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Looks for what a restore would not bring back as it is ("What is exact, what is not"). */
final class ExactnessChecks {

  /** Columns whose types are, or are made of, one of those given. */
  private static final String COLUMNS =
      """
      WITH RECURSIVE made_of (oid, name) AS (
        SELECT t.oid, t.typname FROM pg_catalog.pg_type t
        WHERE t.typnamespace = 'pg_catalog'::pg_catalog.regnamespace
          AND t.typname = ANY (?::pg_catalog.name[])
        UNION
        SELECT t.oid, m.name FROM made_of m, pg_catalog.pg_type t
        WHERE t.typbasetype = m.oid OR t.typelem = m.oid AND t.typcategory = 'A'
          OR t.typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = t.typrelid AND a.atttypid = m.oid AND NOT a.attisdropped))
      SELECT n.nspname || '.' || c.relname || '.' || a.attname, m.name
      FROM pg_catalog.pg_attribute a JOIN made_of m ON m.oid = a.atttypid
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      WHERE a.attrelid = ANY (?::pg_catalog.oid[]) AND a.attnum > 0 AND NOT a.attisdropped
      ORDER BY 1
      """;

  /** Types that PostgreSQL prints and never reads. */
  private static final List<String> UNREADABLE =
      List.of(
          "pg_node_tree",
          "pg_ndistinct",
          "pg_dependencies",
          "pg_mcv_list",
          "pg_brin_bloom_summary",
          "pg_brin_minmax_multi_summary",
          "gtsvector");

  /** Types whose values are printed as names, and have to name something to be read. */
  private static final List<String> NAMES =
      List.of(
          "regclass",
          "regproc",
          "regprocedure",
          "regoper",
          "regoperator",
          "regtype",
          "regrole",
          "regnamespace",
          "regconfig",
          "regdictionary",
          "regcollation");

  private final Connection connection;
  private final SourceCatalog catalog;
  private final List<Finding> findings;

  ExactnessChecks(Connection connection, SourceCatalog catalog, List<Finding> findings) {
    this.connection = connection;
    this.catalog = catalog;
    this.findings = findings;
  }

  void run() throws SQLException {
    largeObjects();
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT s.subname FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d"
                    + " ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database()"
                    + " ORDER BY 1")) {
      while (row.next()) {
        findings.add(
            Finding.info(
                "subscription " + row.getString(1),
                "it is not captured: a restored one would take this one's place"));
      }
    }
    columns(
        UNREADABLE,
        "PostgreSQL prints values of this type and cannot read them: a restore fails at them",
        "exclude the table, or change the column to text");
    columns(
        NAMES,
        "its values are kept as names: one that names something outside of the scope becomes 0 in a"
            + " restore; inside of a domain, an array or a composite the restore fails at it",
        "keep what is named in scope, or change the column to text");
  }

  private void largeObjects() throws SQLException {
    LargeObjects objects = LargeObjects.count(connection);
    if (objects.unreadable() > 0) {
      findings.add(
          Finding.warning(
              "large objects",
              objects.leftOut().orElseThrow(),
              "GRANT SELECT ON LARGE OBJECT ... to the user, for each of them; or, as a superuser:"
                  + " ALTER ROLE ... SET lo_compat_privileges = on for the user"));
    } else if (objects.count() > 0) {
      findings.add(
          Finding.info(
              "large objects",
              "the database holds "
                  + objects.count()
                  + " large objects: a restore has them as at the base, whatever its target"));
    }
  }

  private void columns(List<String> types, String message, String fix) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(COLUMNS)) {
      statement.setArray(1, connection.createArrayOf("name", types.toArray()));
      statement.setArray(
          2,
          connection.createArrayOf(
              "int8", catalog.tables().stream().map(SourceTable::oid).toArray()));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          findings.add(Finding.warning(row.getString(1), row.getString(2) + ": " + message, fix));
        }
      }
    }
  }
}
