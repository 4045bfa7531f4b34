/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/** Dumps the schema of a scope with {@code pg_dump}, under an exported snapshot. */
final class SchemaDump {

  private static final int STDERR_LIMIT = 16 * 1024;

  private final PgTools.Tool program;
  private final Connections connections;

  SchemaDump(PgTools.Tool program, Connections connections) {
    this.program = program;
    this.connections = connections;
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
                "--format=custom",
                "--compress=0",
                "--schema-only",
                "--snapshot=" + snapshot,
                "--no-subscriptions",
                "--no-password",
                // Behind DDL that waits or takes long; a base holds its locks already.
                "--lock-wait-timeout=5s",
                "--encoding=UTF8"));
    leftOut.schemas().forEach(s -> arguments.add("--exclude-schema=" + Sql.identifier(s)));
    leftOut.tables().forEach(s -> arguments.add("--exclude-table=" + Sql.identifier(s) + ".*"));
    Process process = program.command(connections, arguments).start();
    boolean done = false;
    try {
      process.getOutputStream().close();
      CompletableFuture<String> says =
          CompletableFuture.supplyAsync(() -> tail(process.getErrorStream()));
      process.getInputStream().transferTo(out);
      int exit = process.waitFor();
      done = true;
      String errors = says.join();
      if (exit != 0) {
        throw failure(errors, exit);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException(
          PostgresException.Reason.FAILED, null, "pg_dump was interrupted", "", e);
    } finally {
      if (!done) {
        process.destroyForcibly();
      }
    }
  }

  /** The end of what a program says; all of it is read, so that it never blocks. */
  private static String tail(InputStream in) {
    try (in) {
      byte[] all = in.readAllBytes();
      int from = Math.max(0, all.length - STDERR_LIMIT);
      return new String(all, from, all.length - from, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      return "(its messages could not be read: " + e.getMessage() + ")";
    }
  }

  private PostgresException failure(String says, int exit) {
    String what =
        program.path()
            + " of "
            + connections.describe()
            + " failed with exit code "
            + exit
            + ": "
            + says;
    if (says.contains("server version mismatch")) {
      return new PostgresException(
          PostgresException.Reason.PG_DUMP_TOO_OLD,
          null,
          what,
          "install the client programs of the server's version");
    }
    if (says.contains("permission denied")) {
      return new PostgresException(
          PostgresException.Reason.NO_RIGHTS,
          "user",
          what,
          "grant the user SELECT on the tables and USAGE on the schemas in scope"
              + " (GRANT pg_read_all_data TO ...)");
    }
    if (says.contains("password authentication failed") || says.contains("no password supplied")) {
      return new PostgresException(
          PostgresException.Reason.BAD_CREDENTIALS, "password", what, "check user and password");
    }
    if (says.contains("connection to server")) {
      return new PostgresException(
          PostgresException.Reason.UNREACHABLE, "url", what, "check that the server is up");
    }
    return new PostgresException(PostgresException.Reason.FAILED, null, what, "");
  }
}
