/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Dumps the schema of a scope with {@code pg_dump}, under an exported snapshot. */
final class SchemaDump {

  private static final Logger LOG = LoggerFactory.getLogger(SchemaDump.class);

  /** Whoever dumps tries again later. */
  private static final Duration LOCK_LIMIT = Duration.ofSeconds(2);

  private final PgDump dump;
  private final Connections connections;

  /**
   * @param connections to the same server
   */
  SchemaDump(PgDump dump, Connections connections) {
    this.dump = dump;
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

  /** A relation that {@code pg_dump} reads. */
  private record Relation(long oid, String name, boolean view) {}

  /**
   * Writes the dump in custom format, uncompressed: the vault compresses. What {@code pg_dump}
   * locks is locked by {@code session} before, so that it waits for nobody while it holds
   * something.
   *
   * @param session of the snapshot, in a transaction
   * @param live shows the newest catalog
   * @param patience how long somebody may wait for what is locked
   * @return false when the locks were not to be had, somebody waited for them, or the snapshot is
   *     of what is not there any more: what was written is of no use
   */
  boolean write(
      Connection session,
      Connection live,
      String snapshot,
      LeftOut leftOut,
      Duration patience,
      OutputStream out)
      throws SQLException, IOException {
    List<Relation> relations = relations(session, leftOut);
    if (TableLocks.take(
                session,
                TableLocks.Mode.ACCESS_SHARE,
                names(relations, false),
                names(relations, true),
                LOCK_LIMIT)
            != TableLocks.Outcome.HELD
        // Made anew under the same name before it was locked: the dump would ask for the old one.
        || !relations(live, leftOut).equals(relations)) {
      return false;
    }
    // A name of its own, by which its session is found.
    String name =
        "holdfast-dump-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong());
    AtomicBoolean gaveWay = new AtomicBoolean();
    try (PgDump.Running running = dump.start(name, snapshot, arguments(leftOut));
        LockWaiters waiters =
            LockWaiters.watch(
                connections,
                session,
                patience,
                why -> {
                  LOG.info("a dump of definitions {}", why.what());
                  gaveWay.set(true);
                  running.close();
                })) {
      running.copyTo(out);
      return !gaveWay.get();
    } catch (PostgresException e) {
      if (!gaveWay.get() && relations(live, leftOut).equals(relations)) {
        throw e;
      }
      // What cannot be locked was dropped under its hands, or it had to end.
      return false;
    } finally {
      end(live, name);
    }
  }

  /**
   * Ends the session of a {@code pg_dump} that was killed, which does not notice while it waits for
   * a lock: when {@code session} lets its locks go, it must not be there to wait any more.
   */
  private static void end(Connection live, String name) throws SQLException {
    try (PreparedStatement statement =
        live.prepareStatement(
            "SELECT pg_catalog.count(pg_catalog.pg_terminate_backend(pid))"
                + " FROM pg_catalog.pg_stat_activity WHERE application_name = ?")) {
      statement.setString(1, name);
      long deadline = System.nanoTime() + LOCK_LIMIT.toNanos();
      long left;
      do {
        try (ResultSet row = statement.executeQuery()) {
          row.next();
          left = row.getLong(1);
        }
      } while (left > 0 && System.nanoTime() < deadline);
    }
  }

  private static List<String> names(List<Relation> relations, boolean views) {
    return relations.stream().filter(it -> it.view() == views).map(Relation::name).toList();
  }

  /** What is read of the schemas that are dumped, and this user may lock. */
  private static List<Relation> relations(Connection session, LeftOut leftOut) throws SQLException {
    List<Relation> relations = new ArrayList<>();
    try (Statement statement = session.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT c.oid::pg_catalog.int8, n.nspname, c.relname, c.relkind = 'v'
                FROM pg_catalog.pg_class c
                JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'v') AND c.relpersistence <> 't'
                  AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
                  AND pg_catalog.has_table_privilege(c.oid, 'SELECT')
                ORDER BY c.oid
                """)) {
      while (row.next()) {
        String schema = row.getString(2);
        if (!leftOut.schemas().contains(schema) && !leftOut.tables().contains(schema)) {
          relations.add(
              new Relation(
                  row.getLong(1), Sql.qualified(schema, row.getString(3)), row.getBoolean(4)));
        }
      }
    }
    return relations;
  }

  private static List<String> arguments(LeftOut leftOut) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--schema-only",
                "--no-subscriptions",
                // Behind somebody who waits for the locks that are held for it.
                "--lock-wait-timeout=5s"));
    leftOut.schemas().forEach(s -> arguments.add("--exclude-schema=" + Sql.identifier(s)));
    leftOut.tables().forEach(s -> arguments.add("--exclude-table=" + Sql.identifier(s) + ".*"));
    return arguments;
  }
}
