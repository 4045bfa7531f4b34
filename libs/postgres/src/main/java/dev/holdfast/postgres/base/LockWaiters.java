/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.postgresql.PGConnection;

/**
 * Watches who waits for a table that a session of ours has locked. A command that needs the table
 * for itself holds back everybody who comes after it, readers included, so whoever has waited for a
 * moment is given way to, however long our session has been at it.
 */
final class LockWaiters implements AutoCloseable {

  private static final Duration LONGEST_PAUSE = Duration.ofMillis(500);

  private static final String QUERY =
      """
      WITH locks AS MATERIALIZED (
        SELECT l.pid, l.relation, l.granted, l.mode FROM pg_catalog.pg_locks l
        WHERE l.locktype = 'relation' AND l.database =
          (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()))
      SELECT w.pid, w.relation::pg_catalog.regclass::pg_catalog.text,
        coalesce(nullif(a.application_name, ''), 'without a name')
      FROM locks w LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = w.pid
      WHERE NOT w.granted AND w.mode = 'AccessExclusiveLock'
        AND EXISTS (SELECT FROM locks h
          WHERE h.pid = ? AND h.granted AND h.relation = w.relation)
      """;

  /** Somebody who waits, and for what. */
  private record Waiter(int pid, String table, String application) {}

  private final Connection own;
  private final String where;
  private final int holder;
  private final Duration patience;
  private final Consumer<PostgresException> giveWay;
  private final Thread thread;
  private final Map<Waiter, Long> since = new HashMap<>();
  private volatile boolean closed;

  private LockWaiters(
      Connection own,
      String where,
      int holder,
      Duration patience,
      Consumer<PostgresException> giveWay) {
    this.own = own;
    this.where = where;
    this.holder = holder;
    this.patience = patience;
    this.giveWay = giveWay;
    this.thread = Thread.ofPlatform().daemon().name("holdfast-lock-waiters").unstarted(this::run);
  }

  /**
   * Watches until it is closed.
   *
   * @param connections to the server that {@code holder} is connected to
   * @param patience how long somebody may wait
   * @param giveWay told once why the locks have to be let go: that somebody waits, or that nobody
   *     can see any more whether somebody does; on a thread of its own
   */
  static LockWaiters watch(
      Connections connections,
      Connection holder,
      Duration patience,
      Consumer<PostgresException> giveWay)
      throws SQLException {
    int pid = holder.unwrap(PGConnection.class).getBackendPID();
    LockWaiters waiters =
        new LockWaiters(
            connections.named("holdfast-lock-waiters").open(),
            connections.describe(),
            pid,
            patience,
            giveWay);
    waiters.thread.start();
    return waiters;
  }

  private void run() {
    Duration pause = patience.dividedBy(4);
    try {
      while (!closed) {
        Optional<Waiter> waiter = tooLong();
        if (waiter.isPresent()) {
          giveWay.accept(gaveWayTo(waiter.get()));
          return;
        }
        Thread.sleep(pause.compareTo(LONGEST_PAUSE) < 0 ? pause : LONGEST_PAUSE);
      }
    } catch (SQLException e) {
      if (!closed) {
        giveWay.accept(PostgresException.of(e, "looking who waits for a table", where));
      }
    } catch (InterruptedException e) {
      if (!closed) {
        throw new IllegalStateException("the watch of locks was interrupted", e);
      }
    }
  }

  private Optional<Waiter> tooLong() throws SQLException {
    long now = System.nanoTime();
    Map<Waiter, Long> before = Map.copyOf(since);
    since.clear();
    try (PreparedStatement statement = own.prepareStatement(QUERY)) {
      statement.setInt(1, holder);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          Waiter waiter = new Waiter(row.getInt(1), row.getString(2), row.getString(3));
          since.put(waiter, before.getOrDefault(waiter, now));
        }
      }
    }
    return since.entrySet().stream()
        .filter(entry -> now - entry.getValue() >= patience.toNanos())
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private PostgresException gaveWayTo(Waiter waiter) {
    return new PostgresException(
        PostgresException.Reason.BLOCKED,
        null,
        "gave way at "
            + where
            + " to session "
            + waiter.pid()
            + " ("
            + waiter.application()
            + "), which waited longer than "
            + patience.toMillis()
            + " ms to have table "
            + waiter.table()
            + " for itself",
        "it is tried again; if such commands leave it no time, take bases when none runs, or let"
            + " them wait longer (holdfast.capture.lock-patience)");
  }

  @Override
  public void close() throws SQLException {
    closed = true;
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      own.close();
    }
  }
}
