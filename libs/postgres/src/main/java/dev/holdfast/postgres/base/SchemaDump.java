/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Sql;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Dumps the schema of a scope with {@code pg_dump}, under an exported snapshot. */
final class SchemaDump {

  private final PgDump dump;

  SchemaDump(PgDump dump) {
    this.dump = dump;
  }

  /**
   * What of a database's schemas to leave out; everything that lives in no schema (extensions,
   * casts, event triggers, foreign servers, default privileges, publications) is dumped.
   *
   * @param schemas left out as a whole
   * @param tables schemas whose tables are left out: extensions live there, without which {@code
   *     CREATE EXTENSION} fails in a new database
   */
  record LeftOut(Set<String> schemas, Set<String> tables) {

    /** All schemas that are not in scope. */
    static LeftOut of(Connection connection, SourceCatalog catalog) throws SQLException {
      Set<String> schemas = new TreeSet<>();
      Set<String> tables = new TreeSet<>();
      try (Statement statement = connection.createStatement();
          ResultSet row =
              statement.executeQuery(
                  """
                  SELECT n.nspname,
                    EXISTS (SELECT FROM pg_catalog.pg_extension e WHERE e.extnamespace = n.oid)
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                        WHERE d.classid = 'pg_catalog.pg_namespace'::pg_catalog.regclass
                          AND d.objid = n.oid AND d.deptype = 'e')
                  FROM pg_catalog.pg_namespace n
                  WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
                  """)) {
        while (row.next()) {
          if (!catalog.schemas().contains(row.getString(1))) {
            (row.getBoolean(2) ? tables : schemas).add(row.getString(1));
          }
        }
      }
      return new LeftOut(schemas, tables);
    }
  }

  /** Writes the dump in custom format, uncompressed: the vault compresses. */
  void write(String snapshot, LeftOut leftOut, OutputStream out) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--schema-only",
                "--no-subscriptions",
                // Behind DDL that waits or takes long; a base holds its locks already.
                "--lock-wait-timeout=5s"));
    leftOut.schemas().forEach(s -> arguments.add("--exclude-schema=" + Sql.identifier(s)));
    leftOut.tables().forEach(s -> arguments.add("--exclude-table=" + Sql.identifier(s) + ".*"));
    dump.write(snapshot, arguments, out);
  }
}
