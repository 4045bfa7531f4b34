/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.verify.RowHasher;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.vault.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Loads merged rows: base chunks of all tables are shared out among a few connections, and whoever
 * loads a table's last chunk adds the rows that the base did not have.
 *
 * <p>A table that one connection loads alone is emptied in the same transaction, so that its rows
 * are frozen as they come ({@code COPY FREEZE}): reading them back writes nothing. On a server with
 * {@code wal_level=minimal} they are not logged either, so there every table is loaded so.
 */
final class RowLoader {

  private final Connections connections;
  private final VaultObjects objects;
  private final ChangeFold fold;
  private final Function<BaseIndex.Table, String> destination;
  private final Map<Long, RowMap> maps;
  private final Freezing freezing;

  /** What was streamed into each table, by OID. */
  private final Map<Long, Loaded> loaded = new ConcurrentHashMap<>();

  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();

  /** Which tables are loaded in one transaction each. */
  enum Freezing {
    /** None: they hold rows already. */
    NONE,
    /** Those that more than one connection would not load faster. */
    SMALL,
    /** All: their rows are not logged then. */
    ALL;

    /** What suits tables that are empty. */
    static Freezing on(Connection connection) throws SQLException {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SHOW wal_level")) {
        row.next();
        return row.getString(1).equals("minimal") ? ALL : SMALL;
      }
    }
  }

  /** One table on its way. */
  private static final class Loaded {
    final BaseIndex.Table table;
    final RowHasher hasher = new RowHasher();
    int chunksLeft;

    Loaded(BaseIndex.Table table, int chunks) {
      this.table = table;
      this.chunksLeft = chunks;
    }

    /** True for the last chunk. */
    synchronized boolean add(RowHasher rows, boolean chunk) {
      hasher.merge(rows);
      return chunk && --chunksLeft == 0;
    }
  }

  /**
   * @param frozen all of a table's rows, in one transaction
   */
  private record Task(Loaded table, List<BaseIndex.Chunk> chunks, boolean frozen) {}

  /**
   * @param destination where a table's rows go, quoted
   * @param maps how lines of the base become lines of the target, by the table's OID
   * @param freezing which tables are emptied first
   */
  RowLoader(
      Connections connections,
      VaultObjects objects,
      ChangeFold fold,
      Function<BaseIndex.Table, String> destination,
      Map<Long, RowMap> maps,
      Freezing freezing) {
    this.connections = connections;
    this.destination = destination;
    this.objects = objects;
    this.fold = fold;
    this.maps = maps;
    this.freezing = freezing;
  }

  /** Stored bytes that {@link #load} will read. */
  static long storedBytes(BaseIndex base, ChangeFold fold) {
    return base.tables().stream()
        .flatMap(table -> chunks(table, fold).stream())
        .map(BaseIndex.Chunk::object)
        .mapToLong(ObjectRef::size)
        .sum();
  }

  private static List<BaseIndex.Chunk> chunks(BaseIndex.Table table, ChangeFold fold) {
    return fold.of(table).dropsBase() ? List.of() : table.chunks();
  }

  /**
   * Loads the rows of all tables that the fold brings.
   *
   * @return what was put in, in the base's order
   */
  List<TableContent> load(BaseIndex base, int parallelism) {
    List<Loaded> bySize = new ArrayList<>();
    for (BaseIndex.Table table : base.tables()) {
      Loaded it = new Loaded(table, chunks(table, fold).size());
      loaded.put(table.oid(), it);
      bySize.add(it);
    }
    bySize.sort(
        Comparator.comparingLong(
                (Loaded it) -> it.table.chunks().stream().mapToLong(c -> c.object().size()).sum())
            .reversed());
    for (Loaded it : bySize) {
      tasks.addAll(tasks(it));
    }
    runAll(Math.min(parallelism, Math.max(1, tasks.size())));
    List<TableContent> contents = new ArrayList<>();
    for (BaseIndex.Table table : base.tables()) {
      Loaded it = loaded.get(table.oid());
      if (it != null) {
        contents.add(it.hasher.content(table.schema(), table.name()));
      }
    }
    return contents;
  }

  private List<Task> tasks(Loaded it) {
    List<BaseIndex.Chunk> chunks = chunks(it.table, fold);
    if (chunks.isEmpty() && fold.of(it.table).untouched()) {
      return List.of();
    }
    if (freezing != Freezing.NONE && (chunks.size() <= 1 || freezing == Freezing.ALL)) {
      return List.of(new Task(it, chunks, true));
    }
    return chunks.isEmpty()
        ? List.of(new Task(it, List.of(), false))
        : chunks.stream().map(chunk -> new Task(it, List.of(chunk), false)).toList();
  }

  private void runAll(int workers) {
    List<Connection> open = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(workers)) {
      try {
        ExecutorCompletionService<Boolean> running = new ExecutorCompletionService<>(executor);
        for (int i = 0; i < workers; i++) {
          Connection connection = connections.open();
          open.add(connection);
          running.submit(() -> work(connection), true);
        }
        for (int i = 0; i < workers; i++) {
          // The first failure, not the first worker's.
          running.take().get();
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof RuntimeException cause
            ? cause
            : new IllegalStateException("loading failed", e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw RestoreEngine.interrupted(e);
      } finally {
        tasks.clear();
        executor.shutdownNow();
        for (Connection connection : open) {
          TargetServer.abort(connection);
        }
      }
    }
  }

  private void work(Connection connection) {
    for (Task task = tasks.poll(); task != null; task = tasks.poll()) {
      if (task.frozen()) {
        frozen(connection, task);
        continue;
      }
      boolean last = true;
      for (BaseIndex.Chunk chunk : task.chunks()) {
        last = chunk(connection, task.table(), chunk, false);
      }
      if (last) {
        rest(connection, task.table(), false);
      }
    }
  }

  private void frozen(Connection connection, Task task) {
    String name = destination.apply(task.table().table);
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("TRUNCATE ONLY " + name);
      for (BaseIndex.Chunk chunk : task.chunks()) {
        chunk(connection, task.table(), chunk, true);
      }
      rest(connection, task.table(), true);
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw PostgresException.of(e, "loading " + name, connections.describe());
    }
  }

  private boolean chunk(Connection connection, Loaded to, BaseIndex.Chunk chunk, boolean frozen) {
    TableFold tableFold = fold.of(to.table);
    RowHasher hasher = new RowHasher();
    copy(
        connection,
        to.table,
        hasher,
        frozen,
        merge -> {
          Optional<TableFold.Filter> filter =
              tableFold.untouched() ? Optional.empty() : Optional.of(tableFold.filter(merge));
          try (InputStream rows = objects.open(chunk.object())) {
            long lines =
                merge.chunk(rows, Objects.requireNonNull(maps.get(to.table.oid())), filter);
            if (lines != chunk.rows()) {
              throw new IOException("it has " + lines + " rows instead of " + chunk.rows());
            }
          } catch (IOException e) {
            throw new PostgresException(
                PostgresException.Reason.DAMAGED,
                null,
                "object " + chunk.object().key() + " is damaged: " + e.getMessage(),
                "restore from another region's copy",
                e);
          }
        });
    return to.add(hasher, true);
  }

  /** What the base did not have. */
  private void rest(Connection connection, Loaded to, boolean frozen) {
    TableFold tableFold = fold.of(to.table);
    if (tableFold.untouched()) {
      return;
    }
    RowHasher hasher = new RowHasher();
    copy(connection, to.table, hasher, frozen, tableFold::finish);
    to.add(hasher, false);
  }

  private void copy(
      Connection connection,
      BaseIndex.Table table,
      RowHasher hasher,
      boolean frozen,
      LineCopy.Lines lines) {
    String name = destination.apply(table);
    String columns =
        table.columns().isEmpty()
            ? ""
            : table.columnNames().stream()
                .map(Sql::identifier)
                .collect(Collectors.joining(", ", " (", ")"));
    try {
      LineCopy.into(
          connection,
          "COPY " + name + columns + " FROM STDIN" + (frozen ? " (FREEZE)" : ""),
          hasher,
          lines);
    } catch (SQLException e) {
      throw PostgresException.of(e, "loading " + name, connections.describe());
    } catch (IOException e) {
      throw new UncheckedIOException("loading " + name, e);
    }
  }
}
