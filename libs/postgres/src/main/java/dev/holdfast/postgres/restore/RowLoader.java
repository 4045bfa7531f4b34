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
import java.sql.SQLException;
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
 */
final class RowLoader {

  private final Connections connections;
  private final VaultObjects objects;
  private final ChangeFold fold;
  private final Function<BaseIndex.Table, String> destination;
  private final Map<Long, RowMap> maps;

  /** What was streamed into each table, by OID. */
  private final Map<Long, Loaded> loaded = new ConcurrentHashMap<>();

  private final Queue<Task> tasks = new ConcurrentLinkedQueue<>();

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

  private record Task(Loaded table, Optional<BaseIndex.Chunk> chunk) {}

  /**
   * @param destination where a table's rows go, quoted
   * @param maps how lines of the base become lines of the target, by the table's OID
   */
  RowLoader(
      Connections connections,
      VaultObjects objects,
      ChangeFold fold,
      Function<BaseIndex.Table, String> destination,
      Map<Long, RowMap> maps) {
    this.connections = connections;
    this.destination = destination;
    this.objects = objects;
    this.fold = fold;
    this.maps = maps;
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
      List<BaseIndex.Chunk> chunks = chunks(it.table, fold);
      chunks.forEach(chunk -> tasks.add(new Task(it, Optional.of(chunk))));
      if (chunks.isEmpty()) {
        tasks.add(new Task(it, Optional.empty()));
      }
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
      boolean last = true;
      if (task.chunk().isPresent()) {
        last = chunk(connection, task.table(), task.chunk().get());
      }
      if (last) {
        rest(connection, task.table());
      }
    }
  }

  private boolean chunk(Connection connection, Loaded to, BaseIndex.Chunk chunk) {
    TableFold tableFold = fold.of(to.table);
    RowHasher hasher = new RowHasher();
    copy(
        connection,
        to.table,
        hasher,
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
  private void rest(Connection connection, Loaded to) {
    TableFold tableFold = fold.of(to.table);
    if (tableFold.untouched()) {
      return;
    }
    RowHasher hasher = new RowHasher();
    copy(connection, to.table, hasher, tableFold::finish);
    to.add(hasher, false);
  }

  private void copy(
      Connection connection, BaseIndex.Table table, RowHasher hasher, LineCopy.Lines lines) {
    String name = destination.apply(table);
    String columns =
        table.columns().isEmpty()
            ? ""
            : table.columnNames().stream()
                .map(Sql::identifier)
                .collect(Collectors.joining(", ", " (", ")"));
    try {
      LineCopy.into(connection, "COPY " + name + columns + " FROM STDIN", hasher, lines);
    } catch (SQLException e) {
      throw PostgresException.of(e, "loading " + name, connections.describe());
    } catch (IOException e) {
      throw new UncheckedIOException("loading " + name, e);
    }
  }
}
