/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.SourceCatalog;
import dev.holdfast.postgres.base.SourceTable;
import dev.holdfast.postgres.ddl.DdlTriggers;
import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;

/** Looks whether a source can be protected, and what should be known about it. Changes nothing. */
public final class SourceChecks {

  /** The oldest server that is supported. */
  static final int OLDEST_MAJOR = 15;

  /**
   * Minor releases (of May 2025) from which on decoding does not lose changes that run beside ALTER
   * PUBLICATION (PostgreSQL release notes, "Prevent data loss in logical replication").
   */
  private static final Map<Integer, Integer> DECODES_BESIDE_ALTER = Map.of(15, 13, 16, 9, 17, 5);

  private final Connections connections;
  private final TableScope scope;
  private final String slot;
  private final List<Finding> findings = new ArrayList<>();

  private SourceChecks(Connections connections, TableScope scope, String slot) {
    this.connections = connections;
    this.scope = scope;
    this.slot = slot;
  }

  /**
   * What was found, errors first.
   *
   * @param slot the slot that will be used, and the publication of the same name; one that exists
   *     needs no free place
   * @throws PostgresException when the source cannot even be reached
   */
  public static List<Finding> run(Connections connections, TableScope scope, String slot) {
    SourceChecks checks = new SourceChecks(connections.primary(), scope, slot);
    try (Connection connection = checks.connections.open()) {
      checks.run(connection);
    } catch (SQLException e) {
      throw PostgresException.of(e, "checking the source", connections.describe());
    }
    return checks.findings.stream()
        .sorted(java.util.Comparator.comparing(Finding::severity))
        .toList();
  }

  private void run(Connection connection) throws SQLException {
    int version = Integer.parseInt(setting(connection, "server_version_num"));
    server(connection, version);
    pooler(connection);
    slots(connection);
    new SlotChecks(connection, slot, connections.describe(), findings).run(version / 10_000);
    replication();
    program(version);
    SourceCatalog catalog = SourceCatalog.read(connection, scope);
    tables(connection, catalog);
    new ExactnessChecks(connection, catalog, findings).run();
    longTransactions(connection);
    triggers(connection);
  }

  /** Once protection has begun the triggers must be there; before, it must be possible. */
  private void triggers(Connection connection) throws SQLException {
    boolean begun =
        single(
                connection,
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n"
                    + " ON n.oid = c.relnamespace"
                    + " WHERE n.nspname = 'holdfast' AND c.relname = 'capture')")
            .equals("t");
    boolean superuser =
        single(connection, "SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user")
            .equals("t");
    if (begun ? !DdlTriggers.active(connection) : !superuser) {
      findings.add(
          Finding.warning(
              "event triggers",
              "changes of definitions are noticed, but not noted where they happen: the event"
                  + " triggers holdfast_... "
                  + (begun ? "are not there, or not as they were created" : "need a superuser")
                  + ". After each such change of a table nothing can be restored until a base of that"
                  + " table is sealed",
              superuser
                  ? "nothing, if nobody removes or disables them: the next start creates them"
                  : "protect the source as a superuser, if that can be; else nothing: protection"
                      + " goes on"));
      keptDefinitions(connection);
    }
  }

  /** What a change that nobody noted is compared with; without it all tables are lost to it. */
  private void keptDefinitions(Connection connection) throws SQLException {
    boolean kept =
        single(
                connection,
                """
                SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = 'holdfast')
                  OR EXISTS (SELECT FROM pg_catalog.pg_class c
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE n.nspname = 'holdfast' AND c.relname = 'catalog'
                      AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
                      AND pg_catalog.has_table_privilege(c.oid, 'INSERT')
                      AND pg_catalog.has_table_privilege(c.oid, 'UPDATE')
                      AND pg_catalog.has_table_privilege(c.oid, 'DELETE'))
                  OR EXISTS (SELECT FROM pg_catalog.pg_namespace n WHERE n.nspname = 'holdfast'
                    AND pg_catalog.has_schema_privilege(n.oid, 'CREATE')
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c
                      WHERE c.relnamespace = n.oid AND c.relname = 'catalog'))
                """)
            .equals("t");
    if (!kept) {
      findings.add(
          Finding.warning(
              "holdfast.catalog",
              "the source cannot keep what its definitions were: user "
                  + single(connection, "SELECT current_user")
                  + " may neither use nor create table holdfast.catalog. Each change of a table then"
                  + " costs a hole and a base of all tables, not of that table",
              "grant CREATE on schema holdfast, or all rights on table holdfast.catalog if it is"
                  + " there"));
    }
  }

  private void server(Connection connection, int version) throws SQLException {
    int major = version / 10_000;
    if (major < OLDEST_MAJOR) {
      findings.add(
          Finding.error(
              Reason.WRONG_SETTING,
              "server_version",
              "the server is PostgreSQL "
                  + major
                  + ", "
                  + OLDEST_MAJOR
                  + " is the oldest supported",
              "upgrade the server"));
    }
    if (version % 10_000 < DECODES_BESIDE_ALTER.getOrDefault(major, 0)) {
      findings.add(
          Finding.warning(
              "server_version",
              "PostgreSQL "
                  + major
                  + "."
                  + version % 10_000
                  + " can lose changes that run beside a change of the publication",
              "upgrade to " + major + "." + DECODES_BESIDE_ALTER.get(major) + " or newer"));
    }
    if (single(connection, "SELECT pg_catalog.pg_is_in_recovery()").equals("t")) {
      findings.add(
          Finding.error(
              Reason.WRONG_SETTING,
              "url",
              connections.describe() + " is a standby",
              "give the primary's address, or those of all servers: host1:port1,host2:port2"));
    }
    String walLevel = setting(connection, "wal_level");
    if (!walLevel.equals("logical")) {
      findings.add(
          Finding.error(
              Reason.WRONG_SETTING,
              "wal_level",
              "wal_level is '" + walLevel + "' at " + connections.describe(),
              PostgresException.WAL_LEVEL_FIX));
    }
    if (setting(connection, "fsync").equals("off")) {
      findings.add(
          Finding.warning(
              "fsync",
              "fsync is off: after a crash the source may know less than its backup",
              "set fsync = on"));
    }
    if (setting(connection, "server_encoding").equals("SQL_ASCII")) {
      findings.add(
          Finding.warning(
              "server_encoding",
              "the database's encoding is SQL_ASCII: its text may not load anywhere else",
              "move the data into a UTF8 database"));
    }
    if (setting(connection, "max_slot_wal_keep_size").equals("-1")) {
      findings.add(
          Finding.warning(
              "max_slot_wal_keep_size",
              "max_slot_wal_keep_size is unlimited: while capture is down, log fills the"
                  + " source's disk",
              "set max_slot_wal_keep_size to what the disk can spare; beyond it protection starts"
                  + " over with a new base"));
    }
    if (major >= 18 && !setting(connection, "idle_replication_slot_timeout").equals("0")) {
      findings.add(
          Finding.warning(
              "idle_replication_slot_timeout",
              "idle_replication_slot_timeout invalidates our slot when capture is down for longer",
              "set idle_replication_slot_timeout = 0"));
    }
  }

  /**
   * A pooler hands its clients' sessions on to others between two transactions: snapshots, settings
   * and locks of ours would go with them. While another session keeps a server's process to itself,
   * ours gets another one than before. Poolers that give each client a process for as long as it is
   * there, and proxies, do no harm; they too give out keys for cancelling of their own.
   */
  private void pooler(Connection connection) throws SQLException {
    String before = single(connection, PROCESS);
    try (Connection other = connections.open();
        Statement held = other.createStatement()) {
      held.execute("BEGIN");
      if (single(other, PROCESS).equals(before) || !single(connection, PROCESS).equals(before)) {
        findings.add(
            Finding.error(
                Reason.WRONG_SETTING,
                "url",
                "a connection pooler at "
                    + connections.describe()
                    + " gives one session of the server to several clients",
                "give the server's own address; a pooler is for the platform's clients"));
      } else if (!before.equals(
          Integer.toString(connection.unwrap(PGConnection.class).getBackendPID()))) {
        findings.add(
            Finding.warning(
                "url",
                "something at "
                    + connections.describe()
                    + " stands between here and the server; a pooler that gives a session to"
                    + " several clients makes bases and the stream fail",
                "give the server's own address, if that can be"));
      }
      held.execute("ROLLBACK");
    }
  }

  private static final String PROCESS = "SELECT pg_catalog.pg_backend_pid()";

  private void slots(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT pg_catalog.current_setting('max_replication_slots')::int
                     - (SELECT count(*) FROM pg_catalog.pg_replication_slots),
                   pg_catalog.current_setting('max_wal_senders')::int
                     - (SELECT count(*) FROM pg_catalog.pg_stat_replication),
                   EXISTS (SELECT FROM pg_catalog.pg_replication_slots WHERE slot_name = ?)
            """)) {
      statement.setString(1, slot);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        boolean exists = row.getBoolean(3);
        // One for streaming, and one for a moment whenever a later base is taken.
        int needed = exists ? 1 : 2;
        if (row.getInt(1) < needed) {
          findings.add(
              Finding.error(
                  Reason.WRONG_SETTING,
                  "max_replication_slots",
                  row.getInt(1) + " replication slots are free, " + needed + " are needed",
                  "raise max_replication_slots, or drop slots that nobody uses"));
        }
        if (row.getInt(2) < (exists ? 1 : 2)) {
          findings.add(
              Finding.error(
                  Reason.WRONG_SETTING,
                  "max_wal_senders",
                  row.getInt(2) + " replication connections are free, " + needed + " are needed",
                  "raise max_wal_senders"));
        }
      }
    }
  }

  private void replication() {
    try (ReplicationConnection replication = connections.openReplication()) {
      replication.identifySystem();
    } catch (PostgresException e) {
      boolean right = e.reason() == Reason.NO_RIGHTS || e.reason() == Reason.FAILED;
      findings.add(
          Finding.error(
              right ? Reason.NO_RIGHTS : e.reason(),
              "replication",
              e.what(),
              right
                  ? "ALTER ROLE "
                      + Sql.identifier(connections.credentials().user())
                      + " REPLICATION, or use a user that has the right; connect directly, not"
                      + " through a pooler"
                  : e.fix()));
    }
  }

  private void program(int version) {
    try {
      PgTools.require("pg_dump", version);
    } catch (PostgresException e) {
      findings.add(Finding.error(e.reason(), "pg_dump", e.what(), e.fix()));
    }
  }

  private void tables(Connection connection, SourceCatalog catalog) throws SQLException {
    for (String schema : scope.include()) {
      if (schema.indexOf('%') < 0 && !catalog.schemas().contains(schema)) {
        findings.add(
            Finding.warning(
                "include-schemas",
                "there is no schema '" + schema + "' in " + connections.describe(),
                "nothing, if it will be created later; else correct include-schemas"));
      }
    }
    for (BaseIndex.Excluded excluded : catalog.excluded()) {
      findings.add(
          Finding.warning(
              excluded.schema() + "." + excluded.name(),
              "its changes are not protected: " + excluded.reason(),
              "ALTER TABLE ... ADD PRIMARY KEY, or ALTER TABLE ... REPLICA IDENTITY FULL (doctor"
                  + " --full-identity does it): then every UPDATE and DELETE on it logs whole rows"));
    }
    rights(connection, catalog.tables());
  }

  private void rights(Connection connection, List<SourceTable> tables) throws SQLException {
    Object[] oids = tables.stream().map(SourceTable::oid).toArray();
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            SELECT n.nspname, c.relname,
                   pg_catalog.has_table_privilege(c.oid, 'SELECT')
                     AND pg_catalog.has_schema_privilege(n.oid, 'USAGE'),
                   pg_catalog.pg_has_role(c.relowner, 'USAGE')
                     OR EXISTS (SELECT FROM pg_catalog.pg_publication_rel p
                                JOIN pg_catalog.pg_publication b ON b.oid = p.prpubid
                                WHERE p.prrelid = c.oid AND b.pubname = ?),
                   CASE WHEN pg_catalog.has_schema_privilege(n.oid, 'USAGE')
                        THEN c.relrowsecurity AND NOT r.rolsuper AND NOT r.rolbypassrls
                             AND (c.relforcerowsecurity
                                  OR NOT pg_catalog.pg_has_role(c.relowner, 'USAGE'))
                        ELSE false END
            FROM pg_catalog.pg_class c
            JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
            pg_catalog.pg_roles r
            WHERE c.oid = ANY (?::pg_catalog.oid[]) AND r.rolname = current_user
            ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
            """)) {
      statement.setString(1, slot);
      statement.setArray(2, connection.createArrayOf("int8", oids));
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          String table = row.getString(1) + "." + row.getString(2);
          String user = connections.credentials().user();
          if (!row.getBoolean(3)) {
            findings.add(
                Finding.error(
                    Reason.NO_RIGHTS,
                    table,
                    "user '" + user + "' may not read " + table,
                    "GRANT pg_read_all_data TO " + Sql.identifier(user)));
          } else if (row.getBoolean(5)) {
            findings.add(
                Finding.error(
                    Reason.NO_RIGHTS,
                    table,
                    "row level security would hide rows of " + table + " from '" + user + "'",
                    "ALTER ROLE " + Sql.identifier(user) + " BYPASSRLS"));
          }
          if (!row.getBoolean(4)) {
            findings.add(
                Finding.error(
                    Reason.NO_RIGHTS,
                    table,
                    "user '" + user + "' may not publish " + table + ": only its owner may",
                    "grant the owner's role to the user"));
          }
        }
      }
    }
    if (single(
            connection,
            "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')"
                + " OR (pg_catalog.to_regnamespace('holdfast') IS NOT NULL AND EXISTS (SELECT"
                + " FROM pg_catalog.pg_publication WHERE pubname = "
                + Sql.literal(slot)
                + "))")
        .equals("f")) {
      findings.add(
          Finding.error(
              Reason.NO_RIGHTS,
              "database",
              "user '"
                  + connections.credentials().user()
                  + "' may not create a publication and the schema holdfast",
              "GRANT CREATE ON DATABASE "
                  + Sql.identifier(connections.url().database())
                  + " TO "
                  + Sql.identifier(connections.credentials().user())));
    }
  }

  private void longTransactions(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT 'pid ' || pid, xact_start FROM pg_catalog.pg_stat_activity
                WHERE backend_xid IS NOT NULL
                  AND xact_start < pg_catalog.clock_timestamp() - INTERVAL '5 minutes'
                UNION ALL
                SELECT 'prepared transaction ''' || gid || '''', prepared
                FROM pg_catalog.pg_prepared_xacts
                WHERE prepared < pg_catalog.clock_timestamp() - INTERVAL '5 minutes'
                """)) {
      while (row.next()) {
        findings.add(
            Finding.warning(
                row.getString(1),
                "a transaction is open since " + row.getString(2) + ": a slot waits for its end",
                "end it before protection starts"));
      }
    }
  }

  private static String setting(Connection connection, String name) throws SQLException {
    return single(connection, "SHOW " + name);
  }

  private static String single(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
