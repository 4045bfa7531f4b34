/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Copies the rows of a snapshot over several connections at once, largest pieces first. */
final class RowExport implements AutoCloseable {

  private final TakenSnapshot snapshot;
  private final Queue<CopyTask> tasks = new ConcurrentLinkedQueue<>();
  private final List<Connection> connections = new ArrayList<>();
  private final ExecutorService threads;
  private final ChunkUploads uploads;
  private final List<Future<?>> workers = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
  private final ExportProgress progress;

  private RowExport(
      TakenSnapshot snapshot,
      BaseOptions options,
      BaseProgress.Listener listener,
      List<CopyTask> planned) {
    this.snapshot = snapshot;
    this.tasks.addAll(
        planned.stream().sorted(Comparator.comparingLong(CopyTask::bytes).reversed()).toList());
    this.progress = new ExportProgress(listener, snapshot.catalog().tables().size(), planned);
    this.uploads = new ChunkUploads(options.parallelism());
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            options.parallelism(),
            r ->
                Thread.ofPlatform()
                    .daemon()
                    .name("holdfast-copy-" + number.incrementAndGet())
                    .unstarted(r));
  }

  /** Imports the snapshot on every connection, then copies on threads of its own. */
  static RowExport start(
      TakenSnapshot snapshot, ChunkSink sink, BaseOptions options, BaseProgress.Listener listener)
      throws SQLException {
    RowExport export =
        new RowExport(snapshot, options, listener, plan(snapshot, options.rangeBytes()));
    boolean started = false;
    try {
      Connections server = snapshot.connections().named("holdfast-copy");
      for (int i = 0; i < options.parallelism(); i++) {
        Connection connection = server.open();
        export.connections.add(connection);
        try (Statement statement = connection.createStatement()) {
          statement.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
          statement.execute("SET TRANSACTION SNAPSHOT " + Sql.literal(snapshot.name()));
          // Behind somebody who waits for the snapshot's end; it gives way much sooner.
          statement.execute("SET LOCAL lock_timeout = " + options.lockTimeout().toMillis());
        }
      }
      for (Connection connection : export.connections) {
        export.workers.add(export.threads.submit(() -> export.work(connection, sink, options)));
      }
      snapshot.onGivingWay(export::giveWay);
      started = true;
      return export;
    } finally {
      if (!started) {
        export.close();
      }
    }
  }

  private static List<CopyTask> plan(TakenSnapshot snapshot, long rangeBytes) throws SQLException {
    List<SourceTable> tables = snapshot.catalog().tables();
    Map<Long, Long> sizes = sizes(snapshot.holder(), tables);
    long pageBytes = pageBytes(snapshot.holder());
    long rangePages = Math.max(1, rangeBytes / pageBytes);
    List<CopyTask> tasks = new ArrayList<>();
    for (int i = 0; i < tables.size(); i++) {
      SourceTable table = tables.get(i);
      long pages = sizes.getOrDefault(table.oid(), 0L) / pageBytes;
      if (pages <= rangePages + rangePages / 2 || table.columns().isEmpty()) {
        tasks.add(new CopyTask(table, i, 0, 0, -1, pages * pageBytes));
        continue;
      }
      int range = 0;
      for (long page = 0; page < pages; page += rangePages) {
        // The last range has no end: the table may have grown since its size was asked.
        boolean last = page + rangePages >= pages;
        long end = last ? pages : page + rangePages;
        tasks.add(new CopyTask(table, i, range++, page, last ? -1 : end, (end - page) * pageBytes));
      }
    }
    return tasks;
  }

  private static Map<Long, Long> sizes(Connection connection, List<SourceTable> tables)
      throws SQLException {
    Set<Long> oids = new TreeSet<>();
    tables.forEach(t -> oids.add(t.oid()));
    Map<Long, Long> sizes = new HashMap<>();
    try (PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT oid::bigint, coalesce(pg_catalog.pg_relation_size(oid), 0)
                FROM pg_catalog.unnest(?::pg_catalog.oid[]) AS oid
                """);
        ResultSet row = SourceCatalog.query(connection, statement, oids)) {
      while (row.next()) {
        sizes.put(row.getLong(1), row.getLong(2));
      }
    }
    return sizes;
  }

  private static long pageBytes(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SHOW block_size")) {
      row.next();
      return Long.parseLong(row.getString(1));
    }
  }

  private void work(Connection connection, ChunkSink sink, BaseOptions options) {
    RowCopier copier = new RowCopier(connection, sink, options);
    try (Statement statement = connection.createStatement()) {
      for (CopyTask task = tasks.poll(); task != null; task = tasks.poll()) {
        if (failure.get() != null) {
          return;
        }
        // Gives the table's lock back, so that none is held while the next one is waited for: the
        // snapshot's session keeps what is copied from being changed.
        statement.execute("SAVEPOINT piece");
        copier.copy(task, uploads, progress);
        statement.execute("ROLLBACK TO SAVEPOINT piece");
        progress.finished(task);
      }
    } catch (SQLException e) {
      fail(PostgresException.of(e, "copying rows of the base", snapshot.connections().describe()));
    } catch (IOException e) {
      fail(new UncheckedIOException("copying rows of the base", e));
    } catch (RuntimeException | Error e) {
      fail(e);
    }
  }

  private void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
  }

  /** Somebody waits for the tables that are being copied. */
  private void giveWay(PostgresException why) {
    fail(why);
    connections.forEach(this::abort);
  }

  private void abort(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      throw PostgresException.of(e, "stopping a copy", snapshot.connections().describe());
    }
  }

  /** Waits until all rows are stored; the tables come in the catalog's order. */
  List<BaseIndex.Table> await() {
    try {
      for (Future<?> worker : workers) {
        worker.get();
      }
      rethrow(failure.get());
      return uploads.await(snapshot.catalog().tables());
    } catch (ExecutionException e) {
      rethrow(e.getCause());
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new PostgresException(
          PostgresException.Reason.FAILED, null, "the base snapshot was interrupted", "", e);
    }
  }

  private static void rethrow(@Nullable Throwable cause) {
    switch (cause) {
      case null -> {}
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new IllegalStateException(cause);
    }
  }

  /** Stops what still runs: closing a connection's socket is what ends a blocked read. */
  @Override
  public void close() {
    fail(
        new PostgresException(
            PostgresException.Reason.FAILED, null, "the base snapshot was stopped", ""));
    threads.shutdownNow();
    connections.forEach(this::abort);
    threads.close();
    uploads.close();
  }
}
