/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;
import org.postgresql.copy.CopyOut;
import org.postgresql.jdbc.PgConnection;

/** Reads whole tables line by line, a few at the same time. */
public final class TableScan {

  /**
   * Takes one table's rows, on one thread.
   *
   * @param <T> what they come to
   */
  public interface Sink<T> {

    /**
     * A row in {@code COPY} text format.
     *
     * @param length bytes without the newline
     */
    void line(byte[] line, int length);

    /** Asked for once, after the last row. */
    T result();
  }

  private TableScan() {}

  /**
   * Reads {@code tables} as they are now, or as {@code snapshot} shows them. An interrupt cancels.
   *
   * @param snapshot id of an exported snapshot, as {@code pg_export_snapshot()} printed it; its
   *     transaction must stay open until this returns. Without it each table is read under a
   *     snapshot of its own
   * @param parallelism connections that read at the same time, at least 1
   * @param sinks makes the sink of a table, by its place in {@code tables}
   * @return what the tables come to, in their order
   */
  public static <T> List<T> read(
      Connections connections,
      List<HashedTable> tables,
      Optional<String> snapshot,
      int parallelism,
      IntFunction<Sink<T>> sinks) {
    return readParts(
        connections,
        TablePart.whole(tables),
        snapshot,
        parallelism,
        part -> sinks.apply(part.table()));
  }

  /**
   * As {@link #read}, part by part.
   *
   * @return what the parts come to, in their order
   */
  static <T> List<T> readParts(
      Connections connections,
      List<TablePart> parts,
      Optional<String> snapshot,
      int parallelism,
      Function<TablePart, Sink<T>> sinks) {
    if (parts.isEmpty()) {
      return List.of();
    }
    Connections server =
        connections.url().servers().size() == 1 ? connections : connections.primary();
    List<@Nullable T> results = new ArrayList<>();
    parts.forEach(_ -> results.add(null));
    AtomicInteger next = new AtomicInteger();
    List<Connection> open = new ArrayList<>();
    int workers = Math.max(1, Math.min(parallelism, parts.size()));
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      List<Future<?>> running = new ArrayList<>();
      try {
        for (int i = 0; i < workers; i++) {
          Connection connection = server.open();
          open.add(connection);
          running.add(
              executor.submit(
                  () -> {
                    begin(connection, snapshot, server.describe());
                    for (int p = next.getAndIncrement();
                        p < parts.size();
                        p = next.getAndIncrement()) {
                      TablePart part = parts.get(p);
                      T result =
                          read(connection, part.query(), sinks.apply(part), server.describe());
                      synchronized (results) {
                        results.set(p, result);
                      }
                    }
                  }));
        }
        for (Future<?> future : running) {
          future.get();
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException("reading tables failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new PostgresException(
            PostgresException.Reason.FAILED, null, "hashing was interrupted", "", e);
      } finally {
        next.set(parts.size());
        executor.shutdownNow();
        // Ends a COPY that is still running.
        for (Connection connection : open) {
          abort(connection);
        }
      }
    }
    List<T> all = new ArrayList<>();
    for (T result : results) {
      if (result == null) {
        throw new IllegalStateException("a table was not read");
      }
      all.add(result);
    }
    return List.copyOf(all);
  }

  private static void begin(Connection connection, Optional<String> snapshot, String where) {
    try (Statement statement = connection.createStatement()) {
      if (snapshot.isPresent()) {
        statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        statement.execute("SET TRANSACTION SNAPSHOT " + Sql.literal(snapshot.get()));
        // A COPY that queues behind somebody's DDL, which waits for the snapshot's end, would wait
        // for ever.
        statement.execute("SET LOCAL lock_timeout = '10s'");
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "taking over snapshot " + snapshot.orElse(""), where);
    }
  }

  private static <T> T read(Connection connection, String query, Sink<T> sink, String where) {
    try {
      CopyOut copy =
          connection
              .unwrap(PgConnection.class)
              .getCopyAPI()
              .copyOut("COPY " + query + " TO STDOUT");
      for (byte[] line = copy.readFromCopy(); line != null; line = copy.readFromCopy()) {
        // The server sends one message per row.
        if (line.length == 0 || line[line.length - 1] != '\n') {
          throw new IllegalStateException("a message of COPY " + query + " is not one line");
        }
        sink.line(line, line.length - 1);
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "reading " + query, where);
    }
    return sink.result();
  }

  private static void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw new IllegalStateException("closing a connection failed", e);
    }
  }
}
