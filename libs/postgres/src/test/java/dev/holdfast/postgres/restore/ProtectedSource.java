/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseOptions;
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.ExportedBase;
import dev.holdfast.postgres.base.Sequences;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordWriter;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.wire.ChangeRecords;
import dev.holdfast.postgres.wire.PgOutputDecoder;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * A database whose history is captured into a vault in memory, by the real exporter, a real slot
 * and the real decoder, one step at a time.
 */
final class ProtectedSource implements AutoCloseable {

  static final SourceId MAIN = new SourceId("main");
  private static final String PUBLICATION = "holdfast_main";

  final MemoryObjectStore store = new MemoryObjectStore();
  final Connections connections;
  final HybridIdentity identity;

  private final PostgresServer server;
  private final SigningKey signer = SigningKey.generate();
  private final VaultWriter writer;
  private final TableScope scope;
  private final String slot;
  private final Relations relations = new Relations();
  private final Random random;
  private Lsn sealed = Lsn.NONE;
  private String systemId = "";
  private int bases;

  ProtectedSource(PostgresServer server, String database, TableScope scope, Random random) {
    this(
        server,
        database,
        scope,
        random,
        new Credentials(PostgresServer.SUPERUSER, server.password()));
  }

  /**
   * @param as who takes the backups
   */
  ProtectedSource(
      PostgresServer server, String database, TableScope scope, Random random, Credentials as) {
    this.server = server;
    this.connections = Connections.to(urlOf(database), as);
    this.scope = scope;
    this.slot = "slot_" + database;
    this.random = random;
    HybridIdentity own = Identity.generate();
    this.identity = own.trusting(Set.of(signer.publicKey()));
    this.writer =
        VaultWriter.open(store, MAIN, List.of(own.recipient()), signer, InstantSource.system());
  }

  DatabaseUrl urlOf(String database) {
    return DatabaseUrl.parse(server.jdbcUrl(database));
  }

  Credentials credentials() {
    return new Credentials(PostgresServer.SUPERUSER, server.password());
  }

  TargetDatabase target(String database) {
    return new TargetDatabase(urlOf(database), credentials());
  }

  /** Copies the vault, for another process. */
  void copyVault(ObjectStore into) {
    store.list(
        "",
        Optional.empty(),
        object -> {
          try (InputStream in = store.open(object.key()).orElseThrow()) {
            into.putIfAbsent(object.key(), Content.of(in.readAllBytes()));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  VaultReader reader() {
    return VaultReader.open(store, identity.trustedSigners());
  }

  /** Opens the epoch: slot, base, first manifests. */
  void protect() {
    try (TakenSnapshot snapshot = exporter().takeWithSlot(slot)) {
      Position start = snapshot.position();
      systemId = start.systemId();
      sealed = start.lsn();
      writer.append(new ChainEntry.EpochOpened(1, slot, start, 150019));
      append(snapshot);
    }
  }

  /** Takes a later base. */
  void base() {
    try (TakenSnapshot snapshot = exporter().takeBesideSlot()) {
      append(snapshot);
    }
  }

  private void append(TakenSnapshot snapshot) {
    ExportedBase base = exporter().export(snapshot, ChunkSink.into(writer, 1), progress -> {});
    writer.append(
        new ChainEntry.BaseSealed(
            1,
            "base-" + ++bases,
            snapshot.position(),
            snapshot.at(),
            "catalog",
            base.reference(),
            base.objects(),
            base.index().tables().size(),
            base.rows()));
  }

  private BaseExporter exporter() {
    return new BaseExporter(
        connections,
        scope,
        PUBLICATION,
        BaseOptions.DEFAULT.withSizes(16 << 10, 64 << 10),
        InstantSource.system());
  }

  /** Seals everything that is committed now. */
  void seal() throws IOException {
    try (Connection connection = connections.open()) {
      Lsn through = position(connection);
      List<ChangeRecord> records = new ArrayList<>();
      List<CommitPoint> commits = new ArrayList<>();
      try (PreparedStatement changes =
          connection.prepareStatement(
              "SELECT data FROM pg_catalog.pg_logical_slot_get_binary_changes(?, NULL, NULL,"
                  + " 'proto_version', '1', 'publication_names', ?)")) {
        changes.setString(1, slot);
        changes.setString(2, PUBLICATION);
        try (ResultSet row = changes.executeQuery()) {
          long xid = 0;
          while (row.next()) {
            Optional<ChangeRecord> record =
                ChangeRecords.of(PgOutputDecoder.decode(ByteBuffer.wrap(row.getBytes(1))));
            if (record.isEmpty()) {
              continue;
            }
            records.add(record.get());
            if (record.get() instanceof ChangeRecord.Begin begin) {
              xid = begin.xid();
            } else if (record.get() instanceof ChangeRecord.Commit commit) {
              commits.add(new CommitPoint(commit.endLsn(), commit.time(), xid));
            }
          }
        }
      }
      Sequences.read(connection, scope)
          .forEach(
              s ->
                  records.add(
                      new ChangeRecord.SequenceState(
                          s.schema(), s.name(), s.lastValue(), s.called())));
      writer.append(
          new ChainEntry.SegmentSealed(
              1,
              1,
              sealed,
              through,
              commits.stream().findFirst(),
              commits.isEmpty() ? Optional.empty() : Optional.of(commits.getLast()),
              commits.stream().map(CommitPoint::time).min(java.util.Comparator.naturalOrder()),
              commits.stream().map(CommitPoint::time).max(java.util.Comparator.naturalOrder()),
              InstantSource.system().instant(),
              commits.size(),
              records.size(),
              bodies(records)));
      sealed = through;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Splits the records at random places, also inside of transactions. */
  private List<ObjectRef> bodies(List<ChangeRecord> records) throws IOException {
    List<ObjectRef> bodies = new ArrayList<>();
    int from = 0;
    while (from < records.size()) {
      int to = Math.min(records.size(), from + 1 + random.nextInt(60));
      try (VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1);
          ChangeRecordWriter out = new ChangeRecordWriter(body, relations)) {
        for (ChangeRecord record : records.subList(from, to)) {
          out.write(record);
        }
        out.flush();
        bodies.add(body.finish());
      }
      from = to;
    }
    return bodies;
  }

  /** The end of what is written so far. */
  Lsn position() {
    try (Connection connection = connections.open()) {
      return position(connection);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Lsn position(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_current_wal_insert_lsn()")) {
      row.next();
      return Lsn.parse(row.getString(1));
    }
  }

  RestorePlan plan(RestoreTarget target) {
    return RestorePlanner.plan(reader().chain(MAIN), target, InstantSource.system().instant());
  }

  RestoreReport restore(RestoreTarget target, String into, RestoreOptions options) {
    RestorePlan plan = plan(target);
    if (!(plan instanceof RestorePlan.Reachable reachable)) {
      throw new AssertionError(plan.describe());
    }
    return new RestoreEngine(InstantSource.system())
        .restore(
            reader(), identity, reachable, target(into), options, RestoreProgress.Listener.none());
  }

  RestoreReport restore(RestoreTarget target, String into) {
    return restore(target, into, RestoreOptions.defaults());
  }

  /** With so little that the changes hardly fit a share at a time. */
  RestoreReport restoreInLittleMemory(RestoreTarget target, String into) {
    for (long bytes = 4 << 10; ; bytes *= 2) {
      try {
        return restore(target, into, RestoreOptions.defaults().withFoldMemoryBytes(bytes));
      } catch (PostgresException e) {
        if (!e.field().equals(Optional.of("foldMemoryBytes"))) {
          throw e;
        }
      }
    }
  }

  String systemId() {
    return systemId;
  }

  @Override
  public void close() {
    writer.close();
  }
}
