/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;

/**
 * Takes base snapshots of a source: first the snapshot at an exact position, which is quick, so
 * that streaming can begin beside it; then its rows, schema, roles, settings and sequences, which
 * takes as long as the database is large.
 */
public final class BaseExporter {

  private final Connections connections;
  private final TableScope scope;
  private final String publication;
  private final BaseOptions options;
  private final InstantSource clock;

  /**
   * @param publication created, or brought in line with the scope, before every snapshot
   */
  public BaseExporter(
      Connections connections,
      TableScope scope,
      String publication,
      BaseOptions options,
      InstantSource clock) {
    this.connections = connections;
    this.scope = scope;
    this.publication = publication;
    this.options = options;
    this.clock = clock;
  }

  /**
   * Opens an epoch: creates the permanent slot, and takes the snapshot of its consistent point.
   * When this fails, no slot is left behind.
   *
   * @throws PostgresException when a slot of that name exists, among others
   */
  public TakenSnapshot takeWithSlot(String slot) {
    return take(slot, false, WantedTables.ALL);
  }

  /** A later base of an epoch: its position comes from a slot that lives for a moment only. */
  public TakenSnapshot takeBesideSlot() {
    return takeBesideSlot(WantedTables.ALL);
  }

  /** As {@link #takeBesideSlot()}, to read some tables only; those that are gone are not in it. */
  public TakenSnapshot takeTablesBesideSlot(Set<Long> tables) {
    return takeBesideSlot(WantedTables.only(tables));
  }

  /** As {@link #takeTablesBesideSlot}, of the tables that the snapshot itself shows to be due. */
  public TakenSnapshot takeTablesBesideSlot(Function<CatalogState, Set<Long>> due) {
    return takeBesideSlot(
        state -> {
          Set<Long> tables = Set.copyOf(due.apply(state));
          return all -> all.only(tables);
        });
  }

  private TakenSnapshot takeBesideSlot(WantedTables wanted) {
    return take(
        "holdfast_base_" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()),
        true,
        wanted);
  }

  private TakenSnapshot take(String slot, boolean temporary, WantedTables wanted) {
    Connections primary = connections.primary();
    ReplicationSlots slots = new ReplicationSlots(primary);
    if (!temporary && slots.inspect(slot).isPresent()) {
      throw new PostgresException(
          PostgresException.Reason.FAILED,
          "slot",
          "the replication slot '" + slot + "' exists already at " + primary.describe(),
          "stream from it, or drop it first: a new epoch needs a new slot");
    }
    for (int attempt = 1; attempt <= options.attempts(); attempt++) {
      new Publications(primary, options.lockTimeout()).apply(publication, scope);
      ReplicationSlots.Created created = slots.create(slot, temporary, options.slotTimeout());
      Optional<TakenSnapshot> taken = Optional.empty();
      try {
        taken =
            new SnapshotTaker(primary, scope, publication, options, clock, wanted).take(created);
      } finally {
        // Ends a temporary slot too; the holder's snapshot stands on its own.
        created.connection().close();
        if (taken.isEmpty() && !temporary) {
          slots.drop(slot);
        }
      }
      if (taken.isPresent()) {
        return taken.get();
      }
    }
    throw new PostgresException(
        PostgresException.Reason.SCHEMA_CHANGED,
        null,
        "taking a snapshot of "
            + primary.describe()
            + " was given up after "
            + options.attempts()
            + " attempts: tables in scope are truncated, rewritten, created or locked all the time",
        "repeat when no DDL runs");
  }

  /**
   * Copies everything that the snapshot sees into the sink, the index last. Does not close the
   * snapshot.
   *
   * @throws PostgresException {@code SCHEMA_CHANGED} when DDL ran before the schema was dumped:
   *     take another snapshot
   */
  public ExportedBase export(
      TakenSnapshot snapshot, ChunkSink sink, BaseProgress.Listener listener) {
    Connections server = snapshot.connections();
    List<ObjectRef> objects = new ArrayList<>();
    try (Connection live = server.named("holdfast-base").open();
        RowExport rows = RowExport.start(snapshot, sink, options, listener)) {
      int version = serverVersion(live);
      PgDump dump = new PgDump(server, version);
      ObjectRef schema = schema(snapshot, dump, live, sink);
      objects.add(schema);
      Optional<ObjectRef> roles = roles(live, sink);
      roles.ifPresent(objects::add);
      LargeObjects large = LargeObjects.count(snapshot.holder());
      Optional<BaseIndex.StoredLargeObjects> largeObjects = Optional.empty();
      if (large.dumped()) {
        ObjectRef object = large.dump(dump, snapshot.name(), sink);
        objects.add(object);
        largeObjects = Optional.of(new BaseIndex.StoredLargeObjects(object, large.count()));
      }
      Map<String, String> settings = settings(live);
      String encoding = single(live, "SHOW server_encoding");
      List<BaseIndex.Table> tables = rows.await();
      tables.forEach(t -> t.chunks().forEach(c -> objects.add(c.object())));
      // Without the locks, a table that was copied late could have been emptied before.
      snapshot.verifyHeld();
      // Read last: never behind a row that the base holds.
      List<BaseIndex.Sequence> sequences = Sequences.read(live, scope);
      BaseIndex index =
          new BaseIndex(
              BaseIndex.FORMAT,
              snapshot.position(),
              version,
              encoding,
              server.url().database(),
              schema,
              roles,
              settings,
              tables,
              sequences,
              snapshot.catalog().excluded(),
              Optional.of(DatabaseProperties.read(live)),
              largeObjects);
      ObjectRef reference;
      try (ChunkSink.Chunk chunk = sink.begin(ObjectKind.BASE_INDEX)) {
        BaseIndexJson.write(index, chunk);
        reference = chunk.finish();
      }
      return new ExportedBase(index, reference, objects);
    } catch (SQLException e) {
      throw failure(snapshot, "taking a base snapshot", e);
    } catch (PostgresException e) {
      throw snapshot.gaveWay().orElse(e);
    } catch (IOException e) {
      throw new UncheckedIOException("taking a base snapshot of " + server.describe(), e);
    }
  }

  /**
   * Copies the rows of a snapshot's tables into the sink, the index last, and nothing else. Does
   * not close the snapshot.
   */
  public ExportedTables exportTables(
      TakenSnapshot snapshot, ChunkSink sink, BaseProgress.Listener listener) {
    try (RowExport rows = RowExport.start(snapshot, sink, options, listener)) {
      TableBaseIndex index =
          new TableBaseIndex(BaseIndex.FORMAT, snapshot.position(), rows.await());
      snapshot.verifyHeld();
      try (ChunkSink.Chunk chunk = sink.begin(ObjectKind.BASE_INDEX)) {
        BaseIndexJson.write(index, chunk);
        return new ExportedTables(index, chunk.finish());
      }
    } catch (SQLException e) {
      throw failure(snapshot, "taking a base of tables", e);
    } catch (PostgresException e) {
      throw snapshot.gaveWay().orElse(e);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "taking a base of tables of " + snapshot.connections().describe(), e);
    }
  }

  /**
   * Dumps the definitions that a snapshot sees, without rows. Does not close the snapshot.
   *
   * @param added columns that rows from before do not have
   * @throws PostgresException {@code SCHEMA_CHANGED} when they have changed since, or somebody else
   *     needs what has to be locked for the dump: take another snapshot
   */
  public SchemaExporter.Exported exportDefinitions(
      TakenSnapshot snapshot, List<BaseIndex.AddedColumn> added, ChunkSink sink) {
    try (Connection session = session(snapshot)) {
      return new SchemaExporter(snapshot.connections(), options.patience())
          .export(session, snapshot.state(), snapshot.position(), added, scope, sink)
          .orElseThrow(() -> changedSince(snapshot));
    } catch (SQLException e) {
      throw failure(snapshot, "recording definitions", e);
    } catch (PostgresException e) {
      throw snapshot.gaveWay().orElse(e);
    }
  }

  /** Its own session: what only a dump needs to lock is let go when the dump is done. */
  private static Connection session(TakenSnapshot snapshot) throws SQLException {
    Connection session = snapshot.connections().named("holdfast-schema").open();
    boolean opened = false;
    try (Statement statement = session.createStatement()) {
      statement.execute("BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
      statement.execute("SET TRANSACTION SNAPSHOT " + Sql.literal(snapshot.name()));
      opened = true;
      return session;
    } finally {
      if (!opened) {
        session.close();
      }
    }
  }

  private static PostgresException changedSince(TakenSnapshot snapshot) {
    return new PostgresException(
        PostgresException.Reason.SCHEMA_CHANGED,
        null,
        "definitions at "
            + snapshot.connections().describe()
            + " changed while the schema was being dumped",
        "repeat when no DDL runs");
  }

  /** What failed after the tables were let go failed because of that. */
  private static PostgresException failure(TakenSnapshot snapshot, String doing, SQLException e) {
    return snapshot
        .gaveWay()
        .orElseGet(() -> PostgresException.of(e, doing, snapshot.connections().describe()));
  }

  private ObjectRef schema(TakenSnapshot snapshot, PgDump dump, Connection live, ChunkSink sink)
      throws SQLException, IOException {
    try (Connection session = session(snapshot);
        ChunkSink.Chunk chunk = sink.begin(ObjectKind.SCHEMA)) {
      SchemaDump.LeftOut leftOut = SchemaDump.LeftOut.of(session, snapshot.catalog());
      if (!new SchemaDump(dump, snapshot.connections())
          .write(session, live, snapshot.name(), leftOut, options.patience(), chunk)) {
        throw new PostgresException(
            PostgresException.Reason.BLOCKED,
            null,
            "definitions at "
                + snapshot.connections().describe()
                + " could not be dumped: somebody else needs the tables for himself",
            "repeat when no DDL runs");
      }
      // pg_dump asks many things of the newest catalog, not of the snapshot. If that is still what
      // the snapshot saw, the dump is the snapshot's.
      if (!CatalogFingerprint.read(live, scope).equals(snapshot.fingerprint())) {
        throw changedSince(snapshot);
      }
      return chunk.finish();
    }
  }

  static Optional<ObjectRef> roles(Connection live, ChunkSink sink)
      throws SQLException, IOException {
    String sql = RoleDump.read(live);
    try (ChunkSink.Chunk chunk = sink.begin(ObjectKind.ROLES)) {
      chunk.write(sql.getBytes(StandardCharsets.UTF_8));
      return Optional.of(chunk.finish());
    }
  }

  /** {@code ALTER DATABASE ... SET}, for all roles. */
  static Map<String, String> settings(Connection live) throws SQLException {
    Map<String, String> settings = new TreeMap<>();
    try (Statement statement = live.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT config FROM pg_catalog.pg_db_role_setting s
                JOIN pg_catalog.pg_database d ON d.oid = s.setdatabase,
                LATERAL pg_catalog.unnest(s.setconfig) AS config
                WHERE s.setrole = 0 AND d.datname = pg_catalog.current_database()
                """)) {
      while (row.next()) {
        String pair = row.getString(1);
        int equals = pair.indexOf('=');
        settings.put(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
    return settings;
  }

  static int serverVersion(Connection connection) throws SQLException {
    return Integer.parseInt(single(connection, "SHOW server_version_num"));
  }

  static String single(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
