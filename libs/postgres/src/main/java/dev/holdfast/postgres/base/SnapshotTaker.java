/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.ddl.DdlLog;
import dev.holdfast.postgres.scope.TableScope;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Takes one snapshot and makes sure that it can be read: the order of the steps is the safety
 * argument.
 *
 * <ol>
 *   <li>A holder session imports the slot's snapshot and exports it again: the slot's own export
 *       ends with that connection's next command.
 *   <li>Before it reads a single row, no transaction that the snapshot calls committed may still be
 *       in progress: the commit log would not know it yet, its rows would count as aborted, and
 *       that would even be noted on the page.
 *   <li>ACCESS SHARE on every table in scope: from here on none can be truncated, rewritten or
 *       dropped. No lock is waited for while others are held, and who waits for one of them is
 *       given way to.
 *   <li>The catalog that the snapshot sees is compared with the newest one. A table that was
 *       truncated or rewritten between the snapshot and the lock has another file now; read through
 *       the snapshot it would look empty. Any difference, and the snapshot is taken again; so it is
 *       when the publication, as the snapshot sees it, is not exactly the tables to be streamed.
 * </ol>
 */
final class SnapshotTaker {

  /** How long commits may take to reach the commit log, sync replication included. */
  private static final Duration COMMITS_TIMEOUT = Duration.ofSeconds(10);

  private static final Duration POLL = Duration.ofMillis(5);

  private final Connections connections;
  private final TableScope scope;
  private final String publication;
  private final BaseOptions options;
  private final InstantSource clock;
  private final WantedTables wanted;

  /**
   * @param wanted the tables that are to be read: others are neither locked nor looked at
   */
  SnapshotTaker(
      Connections connections,
      TableScope scope,
      String publication,
      BaseOptions options,
      InstantSource clock,
      WantedTables wanted) {
    this.connections = connections;
    this.scope = scope;
    this.publication = publication;
    this.options = options;
    this.clock = clock;
    this.wanted = wanted;
  }

  /** Empty when something changed between the snapshot and the locks: take another one. */
  Optional<TakenSnapshot> take(ReplicationSlots.Created slot) {
    Instant at = clock.instant();
    Connection holder = connections.named("holdfast-snapshot").open();
    boolean kept = false;
    try (Statement statement = holder.createStatement()) {
      statement.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      statement.execute("SET TRANSACTION SNAPSHOT " + Sql.literal(slot.snapshot()));
      String snapshot;
      try (ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
        row.next();
        snapshot = row.getString(1);
      }
      try (Connection live = connections.named("holdfast-snapshot-check").open()) {
        if (!commitsArrived(statement, live)) {
          return Optional.empty();
        }
        CatalogState all = CatalogState.read(holder, scope);
        UnaryOperator<SourceCatalog> only = wanted.of(all);
        SourceCatalog seen = only.apply(all.catalog());
        // Gone, under another name, or held by somebody for too long.
        if (TableLocks.take(
                holder,
                TableLocks.Mode.ACCESS_SHARE,
                seen.tables().stream().map(SourceTable::quoted).toList(),
                options.lockTimeout())
            != TableLocks.Outcome.HELD) {
          return Optional.empty();
        }
        if (!seen.equals(only.apply(SourceCatalog.read(live, scope)))) {
          return Optional.empty();
        }
        // A table that came after the publication was made: its changes would not be streamed.
        if (!Publications.covers(holder, publication, all.catalog())) {
          return Optional.empty();
        }
        TakenSnapshot taken =
            new TakenSnapshot(
                connections,
                holder,
                snapshot,
                slot.name(),
                slot.position(),
                at,
                all,
                seen,
                DdlLog.read(holder));
        taken.giveWayAfter(options.patience());
        kept = true;
        return Optional.of(taken);
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "taking a snapshot", connections.describe());
    } finally {
      if (!kept) {
        close(holder);
      }
    }
  }

  private void close(Connection holder) {
    try {
      holder.close();
    } catch (SQLException e) {
      throw PostgresException.of(e, "closing the snapshot's session", connections.describe());
    }
  }

  private boolean commitsArrived(Statement holder, Connection live) throws SQLException {
    XidSnapshot imported;
    try (ResultSet row = holder.executeQuery(XidSnapshot.QUERY)) {
      row.next();
      imported = XidSnapshot.parse(row.getString(1));
    }
    Instant deadline = clock.instant().plus(COMMITS_TIMEOUT);
    try (Statement statement = live.createStatement()) {
      while (true) {
        try (ResultSet row = statement.executeQuery(XidSnapshot.QUERY)) {
          row.next();
          if (imported.committedButRunning(XidSnapshot.parse(row.getString(1))).isEmpty()) {
            return true;
          }
        }
        if (clock.instant().isAfter(deadline)) {
          return false;
        }
        Thread.sleep(POLL);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException(
          PostgresException.Reason.FAILED, null, "taking the snapshot was interrupted", "", e);
    }
  }

  /**
   * Which transactions a snapshot sees: those before {@code xmax} that are not in {@code running}.
   * 64-bit transaction ids, top-level only.
   */
  record XidSnapshot(long xmax, Set<Long> running) {

    static final String QUERY = "SELECT pg_catalog.pg_current_snapshot()::pg_catalog.text";

    /** Reads {@code xmin:xmax:xip,xip,...}. */
    static XidSnapshot parse(String text) {
      String[] parts = text.split(":", -1);
      Set<Long> running = new TreeSet<>();
      for (String xid : parts[2].split(",")) {
        if (!xid.isEmpty()) {
          running.add(Long.parseUnsignedLong(xid));
        }
      }
      return new XidSnapshot(Long.parseUnsignedLong(parts[1]), running);
    }

    /** Transactions that this snapshot takes for committed, but {@code live} for running. */
    List<Long> committedButRunning(XidSnapshot live) {
      List<Long> found = new ArrayList<>();
      for (long xid : live.running()) {
        if (Long.compareUnsigned(xid, xmax) < 0 && !running.contains(xid)) {
          found.add(xid);
        }
      }
      return found;
    }
  }
}
