/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.ThreadLocalRandom;

/** One client of a TPC-B-like load on the tables of {@link PgbenchData}. */
final class TpcB implements AutoCloseable {

  private final int scale;
  private final Connection connection;
  private final PreparedStatement account;
  private final PreparedStatement teller;
  private final PreparedStatement branch;
  private final PreparedStatement history;

  /**
   * @param connection closed with this
   */
  TpcB(Connection connection, int scale) throws SQLException {
    this.scale = scale;
    this.connection = connection;
    connection.setAutoCommit(false);
    account =
        connection.prepareStatement(
            "UPDATE pgbench_accounts SET abalance = abalance + ? WHERE aid = ?");
    teller =
        connection.prepareStatement(
            "UPDATE pgbench_tellers SET tbalance = tbalance + ? WHERE tid = ?");
    branch =
        connection.prepareStatement(
            "UPDATE pgbench_branches SET bbalance = bbalance + ? WHERE bid = ?");
    history =
        connection.prepareStatement(
            "INSERT INTO pgbench_history (tid, bid, aid, delta, mtime) VALUES (?, ?, ?, ?,"
                + " clock_timestamp())");
  }

  /** Four row changes and a commit. */
  void transaction() throws SQLException {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    int delta = random.nextInt(-5000, 5000);
    int aid = 1 + random.nextInt(PgbenchData.ACCOUNTS_PER_SCALE * scale);
    int tid = 1 + random.nextInt(10 * scale);
    int bid = 1 + random.nextInt(scale);
    change(account, delta, aid);
    change(teller, delta, tid);
    change(branch, delta, bid);
    history.setInt(1, tid);
    history.setInt(2, bid);
    history.setInt(3, aid);
    history.setInt(4, delta);
    history.executeUpdate();
    connection.commit();
  }

  private static void change(PreparedStatement statement, int delta, int id) throws SQLException {
    statement.setInt(1, delta);
    statement.setInt(2, id);
    statement.executeUpdate();
  }

  Connection connection() {
    return connection;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
