/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * Locks on many tables of a source, taken so that no transaction of a user ever ends in a deadlock
 * with ours: while one lock is waited for, none is held.
 *
 * <p>All are asked for at once, without waiting. When one of them cannot be had, those that were
 * are given back, and each is waited for by itself, and given back too. Then all are asked for
 * again. The session must be in a transaction.
 */
final class TableLocks {

  /** What the locks keep others from. */
  enum Mode {
    /** Truncating, rewriting and dropping. */
    ACCESS_SHARE("ACCESS SHARE"),
    /** Changing definitions, too. */
    SHARE_UPDATE_EXCLUSIVE("SHARE UPDATE EXCLUSIVE");

    private final String sql;

    Mode(String sql) {
      this.sql = sql;
    }
  }

  /** What came of it. */
  enum Outcome {
    /** All locks are held until the transaction ends. */
    HELD,
    /** Somebody held one for too long; none is held. */
    BUSY,
    /** A table is not there any more under its name; no lock is held. */
    GONE
  }

  private static final int AT_ONCE = 500;
  private static final String SAVEPOINT = "holdfast_locks";

  /** Between two times of asking for all: somebody who comes and goes must not be raced. */
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Statement statement;
  private final Mode mode;
  private final List<String> tables;
  private final List<String> views;
  private final long deadline;

  private TableLocks(
      Statement statement, Mode mode, List<String> tables, List<String> views, Duration limit) {
    this.statement = statement;
    this.mode = mode;
    this.tables = tables;
    this.views = views;
    this.deadline = System.nanoTime() + limit.toNanos();
  }

  /**
   * Locks {@code tables}, which are quoted.
   *
   * @param limit after this long without all of them it is given up
   */
  static Outcome take(Connection session, Mode mode, List<String> tables, Duration limit)
      throws SQLException {
    return take(session, mode, tables, List.of(), limit);
  }

  /**
   * Locks tables, and views with all that they read. A view that reads what its owner may not is
   * passed over.
   */
  static Outcome take(
      Connection session, Mode mode, List<String> tables, List<String> views, Duration limit)
      throws SQLException {
    try (Statement statement = session.createStatement()) {
      return new TableLocks(statement, mode, tables, views, limit).take();
    }
  }

  private Outcome take() throws SQLException {
    statement.execute("SAVEPOINT " + SAVEPOINT);
    while (true) {
      Outcome all = atOnce();
      if (all == Outcome.HELD) {
        statement.execute("RELEASE SAVEPOINT " + SAVEPOINT);
        return all;
      }
      giveBack();
      if (all == Outcome.GONE) {
        return all;
      }
      Outcome each = oneByOne();
      if (each != Outcome.HELD) {
        return each;
      }
      pause();
    }
  }

  private Outcome atOnce() throws SQLException {
    for (int from = 0; from < tables.size(); from += AT_ONCE) {
      Outcome outcome =
          lock(tables.subList(from, Math.min(tables.size(), from + AT_ONCE)), " NOWAIT");
      if (outcome != Outcome.HELD) {
        return outcome;
      }
    }
    for (String view : views) {
      statement.execute("SAVEPOINT holdfast_view");
      Outcome outcome = lockView(view, " NOWAIT", "holdfast_view");
      if (outcome != Outcome.HELD) {
        return outcome;
      }
      statement.execute("RELEASE SAVEPOINT holdfast_view");
    }
    return Outcome.HELD;
  }

  /** Waits for each, holding none of the others. */
  private Outcome oneByOne() throws SQLException {
    for (String table : tables) {
      long left = left();
      if (left <= 0) {
        return Outcome.BUSY;
      }
      statement.execute("SET LOCAL lock_timeout = " + left);
      Outcome outcome = lock(List.of(table), "");
      giveBack();
      if (outcome != Outcome.HELD) {
        return outcome;
      }
    }
    for (String view : views) {
      // A view is locked with what it reads: to wait for one of these would be to hold the view.
      Outcome outcome = lockView(view, " NOWAIT", SAVEPOINT);
      giveBack();
      while (outcome == Outcome.BUSY && left() > 0) {
        pause();
        outcome = lockView(view, " NOWAIT", SAVEPOINT);
        giveBack();
      }
      if (outcome != Outcome.HELD) {
        return outcome;
      }
    }
    return Outcome.HELD;
  }

  private long left() {
    return Duration.ofNanos(deadline - System.nanoTime()).toMillis();
  }

  private void giveBack() throws SQLException {
    statement.execute("ROLLBACK TO SAVEPOINT " + SAVEPOINT);
  }

  private Outcome lockView(String view, String wait, String savepoint) throws SQLException {
    try {
      return lock(List.of(view), wait);
    } catch (SQLException e) {
      if (!"42501".equals(e.getSQLState())) {
        throw e;
      }
      statement.execute("ROLLBACK TO SAVEPOINT " + savepoint);
      return Outcome.HELD;
    }
  }

  private Outcome lock(List<String> names, String wait) throws SQLException {
    try {
      statement.execute(
          "LOCK TABLE ONLY " + String.join(", ONLY ", names) + " IN " + mode.sql + " MODE" + wait);
      return Outcome.HELD;
    } catch (SQLException e) {
      return switch (e.getSQLState()) {
        // No such table or schema any more, or another kind of relation has its name.
        case "42P01", "3F000", "42809" -> Outcome.GONE;
        case "55P03" -> Outcome.BUSY;
        case null, default -> throw e;
      };
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE);
    } catch (InterruptedException e) {
      // The session's next statement goes through; whoever interrupted it closes the session.
      Thread.currentThread().interrupt();
    }
  }
}
