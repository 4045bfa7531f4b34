/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlanner;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;

/**
 * The whole way of what a database holds: captured by a real worker through Debezium, restored into
 * a fresh database, and both read back and compared by means that Holdfast has no part in.
 */
final class RoundTrip implements AutoCloseable {

  /** Formats of its own, so that a format that Holdfast forgets to pin shows. */
  private static final List<String> FORMATS =
      List.of(
          "SET search_path TO ''",
          "SET row_security TO off",
          "SET DateStyle TO ISO",
          "SET IntervalStyle TO postgres",
          "SET TimeZone TO 'UTC'",
          "SET extra_float_digits TO 1",
          "SET bytea_output TO hex",
          "SET lc_monetary TO 'C'");

  /** Of a row that is longer, its hash is compared. */
  private static final int LONG_ROW = 2000;

  final CaptureRig rig;
  private final PostgresServer server;

  RoundTrip(Path folder, PostgresServer server, String... options) throws SQLException {
    this.server = server;
    server.execute("postgres", "CREATE DATABASE app " + String.join(" ", options));
    this.rig = new CaptureRig(folder, server);
  }

  /** Returns once the first base is sealed and changes are streamed. */
  void protect() {
    rig.start();
    streaming();
  }

  void streaming() {
    Eventually.within(Duration.ofSeconds(120))
        .asserted(
            () ->
                assertThat(rig.running().status().state())
                    .isInstanceOf(CaptureState.Streaming.class));
  }

  void run(String... statements) throws SQLException {
    server.execute("app", statements);
  }

  /** Restores what is committed now. */
  RestoreReport restore(PostgresServer to, String into) {
    return restore(to, into, credentials(to));
  }

  RestoreReport restore(PostgresServer to, String into, Credentials as) {
    rig.sealed();
    RestorePlan plan =
        RestorePlanner.plan(rig.chain(), new RestoreTarget.Latest(), Clock.systemUTC().instant());
    if (!(plan instanceof RestorePlan.Reachable reachable)) {
      throw new AssertionError(plan.describe());
    }
    return new RestoreEngine(Clock.systemUTC())
        .restore(
            rig.reader(),
            rig.identity.trusting(java.util.Set.of(rig.signer.publicKey())),
            reachable,
            new TargetDatabase(url(to, into), as),
            RestoreOptions.defaults(),
            RestoreProgress.Listener.none());
  }

  /** Restores beside the source, and compares all rows. */
  RestoreReport restoreAndCompareRows(String into) throws Exception {
    RestoreReport report = restore(server, into);
    assertThat(rows(server, into)).containsExactlyEntriesOf(rows(server, "app"));
    return report;
  }

  private static DatabaseUrl url(PostgresServer server, String database) {
    return DatabaseUrl.parse(server.jdbcUrl(database));
  }

  private static Credentials credentials(PostgresServer server) {
    return new Credentials(PostgresServer.SUPERUSER, server.password());
  }

  /** All rows of all tables of the schemas that are protected, as text, sorted. */
  static Map<String, List<String>> rows(PostgresServer server, String database) throws Exception {
    Map<String, List<String>> rows = new TreeMap<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      for (String format : FORMATS) {
        statement.execute(format);
      }
      List<String> tables = new ArrayList<>();
      try (ResultSet row =
          statement.executeQuery(
              """
              SELECT pg_catalog.format('%I.%I', n.nspname, c.relname)
              FROM pg_catalog.pg_class c
              JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
              WHERE (c.relkind = 'r' OR c.relkind = 'm' AND c.relispopulated) AND c.relpersistence <> 't' AND n.nspname = 'public'
                AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                  WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                    AND d.objid = c.oid AND d.deptype = 'e')
              """)) {
        while (row.next()) {
          tables.add(row.getString(1));
        }
      }
      for (String table : tables) {
        rows.put(table, lines(connection, "COPY (SELECT * FROM ONLY " + table + ") TO STDOUT"));
      }
    }
    return rows;
  }

  private static List<String> lines(Connection connection, String copy) throws Exception {
    List<String> lines = new ArrayList<>();
    CopyOut out = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(copy);
    for (byte[] row = out.readFromCopy(); row != null; row = out.readFromCopy()) {
      lines.add(
          row.length > LONG_ROW
              ? row.length
                  + " bytes "
                  + HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(row))
              : new String(row, 0, row.length - 1, StandardCharsets.ISO_8859_1));
    }
    lines.sort(null);
    return lines;
  }

  /**
   * Statements of {@code pg_dump --schema-only}, sorted; without Holdfast's own objects and what no
   * restore keeps.
   */
  static List<String> schema(PostgresServer server, String database) throws Exception {
    PgTools.Tool program = PgTools.require("pg_dump", 150000);
    Process process =
        program
            .command(
                dev.holdfast.postgres.Connections.to(url(server, database), credentials(server)),
                List.of("--schema-only", "--exclude-schema=holdfast", "--no-subscriptions"))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    String dump = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return Arrays.stream(dump.split("\n\n+"))
        .map(
            part ->
                part.lines()
                    .filter(line -> !line.startsWith("--") && !line.startsWith("\\"))
                    .collect(Collectors.joining("\n")))
        .filter(part -> !part.isBlank() && !part.contains("holdfast_main"))
        .filter(part -> !part.contains(" EVENT TRIGGER holdfast_"))
        .sorted()
        .toList();
  }

  /** A database's own properties, its roles' settings, and all roles, without passwords. */
  static List<String> properties(PostgresServer server, String database) throws Exception {
    List<String> properties = new ArrayList<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement()) {
      for (String query :
          List.of(
              "SELECT datlocprovider, datcollate, datctype,"
                  // Its name changed with 17.
                  + " coalesce(to_jsonb(pg_database) ->> 'datlocale',"
                  + " to_jsonb(pg_database) ->> 'daticulocale'), datconnlimit,"
                  + " datdba::regrole, shobj_description(oid, 'pg_database'), encoding,"
                  + " (SELECT array_agg(a::text ORDER BY a::text) FROM unnest(datacl) a)"
                  + " FROM pg_database WHERE datname = current_database()",
              "SELECT setrole::regrole, setting FROM pg_db_role_setting s LEFT JOIN pg_database d"
                  + " ON d.oid = setdatabase, unnest(setconfig) setting"
                  + " WHERE setdatabase = 0 OR datname = current_database()"
                  + " ORDER BY setdatabase = 0, 1, 2",
              "SELECT rolname, rolsuper, rolinherit, rolcreaterole, rolcreatedb, rolcanlogin,"
                  + " rolreplication, rolconnlimit, rolvaliduntil, rolbypassrls, rolconfig,"
                  + " shobj_description(oid, 'pg_authid') FROM pg_roles ORDER BY 1",
              "SELECT roleid::regrole, member::regrole, admin_option,"
                  + " to_jsonb(a) -> 'inherit_option', to_jsonb(a) -> 'set_option'"
                  + " FROM pg_auth_members a ORDER BY roleid::regrole::text, member::regrole::text")) {
        try (ResultSet row = statement.executeQuery("SELECT r::text FROM (" + query + ") r")) {
          while (row.next()) {
            properties.add(row.getString(1));
          }
        }
      }
    }
    return properties;
  }

  static List<String> largeObjects(PostgresServer server, String database) throws SQLException {
    List<String> objects = new ArrayList<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT oid || ' ' || md5(lo_get(oid)) FROM pg_largeobject_metadata ORDER BY oid")) {
      while (row.next()) {
        objects.add(row.getString(1));
      }
    }
    return objects;
  }

  /** What one of two databases has and the other has not, by its definitions. */
  static void assertSameSchema(
      PostgresServer server, String restored, PostgresServer source, String original)
      throws Exception {
    List<String> there = schema(server, restored);
    List<String> expected = schema(source, original);
    List<String> missing = new ArrayList<>(expected);
    there.forEach(missing::remove);
    List<String> unexpected = new ArrayList<>(there);
    expected.forEach(unexpected::remove);
    assertThat(missing).as("lost; instead there is %s", unexpected).isEmpty();
    assertThat(unexpected).as("what the source does not have").isEmpty();
  }

  @Override
  public void close() throws SQLException {
    rig.close();
    CaptureRig.dropSource(server);
  }
}
