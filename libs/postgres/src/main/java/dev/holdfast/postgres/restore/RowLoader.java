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
  private final RowJournal journal;
  private final String pass;

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

    Loaded(BaseIndex.Table table) {
      this.table = table;
    }

    synchronized void add(RowHasher rows) {
      hasher.merge(rows);
    }

    /** True for the last chunk. */
    synchronized boolean addChunk(RowHasher rows) {
      hasher.merge(rows);
      return --chunksLeft == 0;
    }
  }

  private enum Way {
    LOAD,
    /** All of a table's rows, in one transaction. */
    LOAD_ALL,
    /** Without putting it in: it is there. */
    READ
  }

  /**
   * @param chunk one of them; empty for what the base did not have
   */
  private record Task(Loaded table, Optional<Chunk> chunk, Way way) {}

  /**
   * @param number in its table's order
   */
  private record Chunk(int number, BaseIndex.Chunk stored) {}

  /** Loads lines of one part of a table. */
  private interface Lines {
    void into(RowHasher hasher) throws SQLException;
  }

  /**
   * @param destination where a table's rows go, quoted
   * @param maps how lines of the base become lines of the target, by the table's OID
   * @param freezing which tables are emptied first
   * @param journal which parts are there already
   * @param pass which rows these are, in a word that no other pass over the same tables has
   */
  RowLoader(
      Connections connections,
      VaultObjects objects,
      ChangeFold fold,
      Function<BaseIndex.Table, String> destination,
      Map<Long, RowMap> maps,
      Freezing freezing,
      RowJournal journal,
      String pass) {
    this.connections = connections;
    this.destination = destination;
    this.objects = objects;
    this.fold = fold;
    this.maps = maps;
    this.freezing = freezing;
    this.journal = journal;
    this.pass = pass;
  }

  private List<Chunk> chunks(BaseIndex.Table table) {
    List<Chunk> chunks = new ArrayList<>();
    if (!fold.of(table).dropsBase()) {
      for (BaseIndex.Chunk stored : table.chunks()) {
        chunks.add(new Chunk(chunks.size(), stored));
      }
    }
    return chunks;
  }

  /**
   * Loads the rows of all tables that the fold brings.
   *
   * @return what was put in, in the base's order
   */
  List<TableContent> load(BaseIndex base, int parallelism, ProgressMeter meter) {
    List<Loaded> bySize = new ArrayList<>();
    for (BaseIndex.Table table : base.tables()) {
      Loaded it = new Loaded(table);
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
    meter.phase(RestoreProgress.Phase.ROWS, tasks.stream().mapToLong(this::storedBytes).sum());
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

  private long storedBytes(Task task) {
    return (task.way() == Way.LOAD_ALL
            ? chunks(task.table().table)
            : task.chunk().stream().toList())
        .stream().map(Chunk::stored).map(BaseIndex.Chunk::object).mapToLong(ObjectRef::size).sum();
  }

  /** All that is to be loaded of a table, without what is there. */
  private List<Task> tasks(Loaded it) {
    List<Chunk> chunks = chunks(it.table);
    boolean untouched = fold.of(it.table).untouched();
    if (chunks.isEmpty() && untouched || isThere(it, whole(it))) {
      return List.of();
    }
    List<Task> lacking = new ArrayList<>();
    List<Task> there = new ArrayList<>();
    for (Chunk chunk : chunks) {
      boolean isThere = isThere(it, part(it, chunk));
      (isThere ? there : lacking)
          .add(new Task(it, Optional.of(chunk), isThere ? Way.READ : Way.LOAD));
    }
    if (there.isEmpty()
        && freezing != Freezing.NONE
        && (chunks.size() <= 1 || freezing == Freezing.ALL)) {
      return List.of(new Task(it, Optional.empty(), Way.LOAD_ALL));
    }
    if (!untouched) {
      if (isThere(it, rest(it))) {
        return List.of();
      }
      if (chunks.isEmpty()) {
        return List.of(new Task(it, Optional.empty(), Way.LOAD));
      }
      // What the base did not have, only all of its chunks tell.
      lacking.addAll(there);
    }
    it.chunksLeft = lacking.size();
    return lacking;
  }

  private boolean isThere(Loaded it, String part) {
    Optional<RowHasher> rows = journal.rows(part);
    rows.ifPresent(it::add);
    return rows.isPresent();
  }

  private String whole(Loaded it) {
    return name(it) + " whole";
  }

  private String part(Loaded it, Chunk chunk) {
    return name(it) + " chunk " + chunk.number();
  }

  private String rest(Loaded it) {
    return name(it) + " rest";
  }

  private String name(Loaded it) {
    return "rows " + pass + ", table " + it.table.oid();
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
      Loaded to = task.table();
      if (task.way() == Way.LOAD_ALL) {
        to.add(load(connection, to, whole(to), hasher -> whole(connection, to, hasher)));
      } else if (task.chunk().isEmpty() || chunk(connection, to, task.chunk().get(), task.way())) {
        rest(connection, to);
      }
    }
  }

  /** True for the last chunk of its table. */
  private boolean chunk(Connection connection, Loaded to, Chunk chunk, Way way) {
    if (way == Way.READ) {
      merge(to, chunk, new LineMerge((buffer, from, length) -> {}, new RowHasher()));
      return to.addChunk(new RowHasher());
    }
    return to.addChunk(
        load(
            connection,
            to,
            part(to, chunk),
            hasher -> chunk(connection, to, chunk, hasher, false)));
  }

  private void rest(Connection connection, Loaded to) {
    if (!fold.of(to.table).untouched()) {
      to.add(load(connection, to, rest(to), hasher -> rest(connection, to, hasher, false)));
    }
  }

  /** A part is there with what the journal says of it, or not at all. */
  private RowHasher load(Connection connection, Loaded to, String part, Lines lines) {
    RowHasher hasher = new RowHasher();
    try {
      connection.setAutoCommit(false);
      lines.into(hasher);
      journal.put(connection, part, hasher);
      connection.commit();
      connection.setAutoCommit(true);
      return hasher;
    } catch (SQLException e) {
      throw PostgresException.of(
          e, "loading " + destination.apply(to.table), connections.describe());
    }
  }

  private void whole(Connection connection, Loaded to, RowHasher hasher) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("TRUNCATE ONLY " + destination.apply(to.table));
    }
    for (Chunk chunk : chunks(to.table)) {
      chunk(connection, to, chunk, hasher, true);
    }
    if (!fold.of(to.table).untouched()) {
      rest(connection, to, hasher, true);
    }
  }

  private void chunk(
      Connection connection, Loaded to, Chunk chunk, RowHasher hasher, boolean frozen)
      throws SQLException {
    copy(connection, to.table, hasher, frozen, merge -> merge(to, chunk, merge));
  }

  /** The rows of a chunk as the changes leave them. */
  private void merge(Loaded to, Chunk chunk, LineMerge merge) {
    TableFold tableFold = fold.of(to.table);
    BaseIndex.Chunk stored = chunk.stored();
    Optional<TableFold.Filter> filter =
        tableFold.untouched() ? Optional.empty() : Optional.of(tableFold.filter(merge));
    try (InputStream rows = objects.open(stored.object())) {
      long lines = merge.chunk(rows, Objects.requireNonNull(maps.get(to.table.oid())), filter);
      if (lines != stored.rows()) {
        throw new IOException("it has " + lines + " rows instead of " + stored.rows());
      }
    } catch (IOException e) {
      throw new PostgresException(
          PostgresException.Reason.DAMAGED,
          null,
          "object " + stored.object().key() + " is damaged: " + e.getMessage(),
          "restore from another region's copy",
          e);
    }
  }

  /** What the base did not have. */
  private void rest(Connection connection, Loaded to, RowHasher hasher, boolean frozen)
      throws SQLException {
    copy(connection, to.table, hasher, frozen, fold.of(to.table)::finish);
  }

  private void copy(
      Connection connection,
      BaseIndex.Table table,
      RowHasher hasher,
      boolean frozen,
      LineCopy.Lines lines)
      throws SQLException {
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
    } catch (IOException e) {
      throw new UncheckedIOException("loading " + name, e);
    }
  }
}
