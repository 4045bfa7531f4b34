/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Clients that insert, update and delete in transactions over several tables, and keep a ledger of
 * what was acknowledged. A client whose connection breaks connects again until it is stopped.
 */
public final class Workload implements AutoCloseable {

  /** Between two transactions of one client. */
  private static final long PAUSE_MILLIS = 15;

  private static final long FIRST_NEW_ID = 10_000_000;

  private final DatabaseUrl url;
  private final Credentials credentials;
  private final Ledger ledger;
  private final List<Thread> clients = new ArrayList<>();

  /** Held shared by a transaction under way, exclusively by whoever wants a still moment. */
  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock(true);

  private final AtomicLong ids = new AtomicLong(FIRST_NEW_ID);
  private volatile boolean stopped;
  private volatile String lastError = "";

  public Workload(DatabaseUrl url, Credentials credentials, Ledger ledger, int size, long seed) {
    this.url = url;
    this.credentials = credentials;
    this.ledger = ledger;
    for (int i = 0; i < size; i++) {
      int number = i;
      clients.add(
          Thread.ofPlatform()
              .name("workload-" + i)
              .daemon()
              .unstarted(() -> client(number, new Random(seed + number))));
    }
  }

  public void start() {
    clients.forEach(Thread::start);
  }

  /** The last thing that went wrong for a client. */
  public String lastError() {
    return lastError;
  }

  /** Runs something while no transaction is under way and none begins. */
  public void whileStill(Runnable action) {
    gate.writeLock().lock();
    try {
      action.run();
    } finally {
      gate.writeLock().unlock();
    }
  }

  /** Lets the transactions under way end, then ends. */
  @Override
  public void close() {
    stopped = true;
    for (Thread client : clients) {
      try {
        client.join(15_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void client(int number, Random random) {
    @Nullable Connection connection = null;
    while (!stopped) {
      gate.readLock().lock();
      try {
        if (connection == null) {
          connection = connect();
        }
        transaction(connection, number, random);
      } catch (SQLException e) {
        lastError = String.valueOf(e.getMessage());
        drop(connection);
        connection = null;
      } finally {
        gate.readLock().unlock();
      }
      pause(connection == null ? 100 : PAUSE_MILLIS);
    }
    drop(connection);
  }

  private Connection connect() throws SQLException {
    var properties = new Properties();
    properties.setProperty("user", credentials.user());
    properties.setProperty("password", credentials.password().reveal());
    properties.setProperty("connectTimeout", "2");
    properties.setProperty("socketTimeout", "10");
    var connection = DriverManager.getConnection(url.jdbc(), properties);
    connection.setAutoCommit(false);
    return connection;
  }

  private void transaction(Connection connection, int number, Random random) throws SQLException {
    long tx = ledger.intend();
    long id = ids.incrementAndGet();
    try (var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO workload (tx, worker, at) VALUES ("
              + tx
              + ", "
              + number
              + ", clock_timestamp())");
      long campaign = 1 + random.nextInt(2000);
      switch (random.nextInt(6)) {
        case 0 ->
            statement.execute(
                "UPDATE knowledge_base SET body = body || 'more ', updated_at = clock_timestamp()"
                    + " WHERE id = "
                    + (1 + random.nextInt(2000)));
        case 1 ->
            statement.execute("DELETE FROM calls WHERE id = " + (1 + random.nextInt(960_000)));
        case 2 ->
            statement.execute(
                "UPDATE transcripts SET words = words || '{\"checked\": true}' WHERE id = "
                    + (1 + random.nextInt(40_000)));
        default -> {
          statement.execute(
              "INSERT INTO calls VALUES ("
                  + id
                  + ", clock_timestamp(), "
                  + campaign
                  + ", '+49"
                  + random.nextInt(1_000_000_000)
                  + "', 'answered', "
                  + random.nextInt(900)
                  + ", "
                  + random.nextInt(1000)
                  + " * 0.000731)");
          statement.execute(
              "INSERT INTO transcripts VALUES ("
                  + id
                  + ", "
                  + id
                  + ", 'en', repeat(md5('"
                  + random.nextLong()
                  + "'), "
                  + (1 + random.nextInt(90))
                  + "), '{\"confidence\": 0.5}', '\\xdeadbeef')");
          statement.execute(
              "UPDATE campaigns SET calls_made = calls_made + 1, budget = budget - 0.0731 WHERE id = "
                  + campaign);
        }
      }
      long xid;
      try (var row = statement.executeQuery("SELECT txid_current()")) {
        row.next();
        xid = row.getLong(1);
      }
      connection.commit();
      ledger.committed(tx, xid, Instant.now());
    }
  }

  private static void drop(@Nullable Connection connection) {
    if (connection != null) {
      try {
        connection.close();
      } catch (SQLException e) {
        // It was broken already.
      }
    }
  }

  private static void pause(long millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
