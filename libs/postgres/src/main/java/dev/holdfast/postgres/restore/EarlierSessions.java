/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Sessions that a killed restore has left in its target. Its programs may live on, and its server
 * processes build an index to the end before they notice.
 */
final class EarlierSessions {

  /** "Holdfast" in ASCII: whoever has it is the one restore of the database. */
  private static final long LOCK = 0x486f6c6466617374L;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);
  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Whose sessions work for the one that holds the lock. */
  private static final String HELPERS =
      """
      SELECT pid, pg_catalog.pg_terminate_backend(pid) FROM pg_catalog.pg_stat_activity
      WHERE datname = pg_catalog.current_database() AND pid <> pg_catalog.pg_backend_pid()
        AND usename = CURRENT_USER
        AND application_name IN ('%s', '%s')
      """
          .formatted(TargetDatabase.SESSIONS, PgTools.SESSIONS);

  private EarlierSessions() {}

  /**
   * Makes {@code connection} the one that restores here, and ends what an earlier one has left.
   *
   * @throws PostgresException when an earlier one is alive
   */
  static void end(Connection connection, String where) throws SQLException {
    await(
        () -> isLocked(connection),
        () -> "another restore is at work in " + where + ", by session " + holders(connection),
        "wait for it; if its program was killed, end the session with pg_terminate_backend, then"
            + " start again");
    await(
        () -> helpers(connection).isEmpty(),
        () -> "sessions of a restore that was killed do not end in " + where,
        "end those named " + TargetDatabase.SESSIONS + " there, then start again");
  }

  private interface Query<T> {
    T get() throws SQLException;
  }

  private static void await(Query<Boolean> condition, Query<String> otherwise, String fix)
      throws SQLException {
    long began = System.nanoTime();
    while (!condition.get()) {
      if (System.nanoTime() - began > LONGEST_WAIT.toNanos()) {
        throw new PostgresException(Reason.BLOCKED, "into", otherwise.get(), fix);
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw RestoreEngine.interrupted(e);
      }
    }
  }

  private static boolean isLocked(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_catalog.pg_try_advisory_lock(" + LOCK + ")")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static List<Integer> helpers(Connection connection) throws SQLException {
    return pids(connection, HELPERS);
  }

  private static List<Integer> holders(Connection connection) throws SQLException {
    return pids(
        connection,
        "SELECT pid FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND granted"
            + " AND database = (SELECT oid FROM pg_catalog.pg_database"
            + " WHERE datname = pg_catalog.current_database())"
            + (" AND classid = " + (LOCK >>> 32) + " AND objid = " + (LOCK & 0xFFFFFFFFL)));
  }

  private static List<Integer> pids(Connection connection, String query) throws SQLException {
    List<Integer> pids = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        pids.add(row.getInt(1));
      }
    }
    return pids;
  }
}
