/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.BackupEvent.StoredObject;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseOptions;
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.ExportedBase;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordWriter;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.postgres.proof.ContentRecord;
import dev.holdfast.postgres.proof.ContentRecordJson;
import dev.holdfast.postgres.proof.Pace;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.wire.ChangeRecords;
import dev.holdfast.postgres.wire.PgOutputDecoder;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database captured into a vault by the real exporter, a real slot and the real decoder. */
final class SmallVault implements AutoCloseable {

  private static final String NAME = "holdfast_main";

  private final Connections source;
  private final VaultWriter writer;
  private final TableScope scope = new TableScope(List.of("public"), List.of());
  private final Relations relations = new Relations();
  private Lsn sealed = Lsn.NONE;
  private String systemId = "";

  /** Updates that come meanwhile are lost, as by a decoder that passes them over. */
  private boolean losing;

  SmallVault(ObjectStore store, Connections source, HybridIdentity identity, SigningKey signer) {
    this.source = source;
    this.writer =
        VaultWriter.open(
            store,
            new SourceId("main"),
            List.of(identity.recipient()),
            signer,
            InstantSource.system());
  }

  void protect() {
    BaseExporter exporter =
        new BaseExporter(source, scope, NAME, BaseOptions.DEFAULT, InstantSource.system());
    try (TakenSnapshot snapshot = exporter.takeWithSlot(NAME)) {
      sealed = snapshot.position().lsn();
      systemId = snapshot.position().systemId();
      writer.append(new ChainEntry.EpochOpened(1, NAME, snapshot.position(), 150019));
      ExportedBase base = exporter.export(snapshot, ChunkSink.into(writer, 1), progress -> {});
      writer.append(
          new ChainEntry.BaseSealed(
              1,
              "base-1",
              snapshot.position(),
              snapshot.at(),
              snapshot.fingerprint().text(),
              base.reference(),
              base.objects(),
              base.index().tables().size(),
              base.rows()));
    }
  }

  void losing(boolean now) throws IOException, SQLException {
    seal();
    losing = now;
  }

  /** Gives what is committed now a name. */
  void point(String name) throws IOException, SQLException {
    seal();
    writer.append(
        new ChainEntry.RestorePoint(
            1,
            new PointName(name),
            new Position(systemId, 1, sealed),
            InstantSource.system().instant(),
            "tester",
            "request of " + name));
  }

  /**
   * Hashes what the source holds now, and seals through there.
   *
   * @param closer tables to look at closer, by OID; empty: all are hashed
   */
  ContentHashed hash(Optional<String> narrows, Map<Long, ContentProbe.Closer> closer)
      throws IOException, SQLException {
    ContentRecord content;
    try (TakenSnapshot snapshot =
        new BaseExporter(source, scope, NAME, BaseOptions.DEFAULT, InstantSource.system())
            .takeBesideSlot()) {
      content =
          new ContentProbe(
                  "proof-" + snapshot.at().toEpochMilli(),
                  closer,
                  1,
                  new Pace(1 << 30, Duration.ofMinutes(1)))
              .read(snapshot);
    }
    seal();
    try (VaultWriter.Body body = writer.begin(ObjectKind.CONTENT, 1)) {
      ContentRecordJson.write(content, body);
      ObjectRef object = body.finish();
      return new ContentHashed(
          new SourceId("main"),
          content.proof(),
          narrows,
          new BackupId("backup-1"),
          new StrategyId("database"),
          content.position(),
          new StoredObject(object.key().value(), object.size(), object.sha256(), object.dataKey()),
          content.tables().size(),
          content.rows(),
          content.bytes(),
          Duration.ofMillis(5),
          content.at());
    }
  }

  /** Seals everything that is committed now. */
  void seal() throws IOException, SQLException {
    try (Connection connection = source.open()) {
      Lsn through;
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_current_wal_insert_lsn()")) {
        row.next();
        through = Lsn.parse(row.getString(1));
      }
      List<ChangeRecord> records = new ArrayList<>();
      List<CommitPoint> commits = read(connection, records);
      writer.append(
          new ChainEntry.SegmentSealed(
              1,
              1,
              sealed,
              through,
              commits.stream().findFirst(),
              commits.isEmpty() ? Optional.empty() : Optional.of(commits.getLast()),
              commits.stream().map(CommitPoint::time).min(Comparator.naturalOrder()),
              commits.stream().map(CommitPoint::time).max(Comparator.naturalOrder()),
              InstantSource.system().instant(),
              commits.size(),
              records.size(),
              List.of(body(records))));
      sealed = through;
    }
  }

  private List<CommitPoint> read(Connection connection, List<ChangeRecord> records)
      throws SQLException {
    List<CommitPoint> commits = new ArrayList<>();
    try (PreparedStatement changes =
        connection.prepareStatement(
            "SELECT data FROM pg_catalog.pg_logical_slot_get_binary_changes(?, NULL, NULL,"
                + " 'proto_version', '1', 'publication_names', ?)")) {
      changes.setString(1, NAME);
      changes.setString(2, NAME);
      try (ResultSet row = changes.executeQuery()) {
        long xid = 0;
        while (row.next()) {
          Optional<ChangeRecord> record =
              ChangeRecords.of(PgOutputDecoder.decode(ByteBuffer.wrap(row.getBytes(1))));
          if (record.isEmpty()) {
            continue;
          }
          if (losing && record.get() instanceof ChangeRecord.Update) {
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
    return commits;
  }

  private ObjectRef body(List<ChangeRecord> records) throws IOException {
    try (VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1);
        ChangeRecordWriter out = new ChangeRecordWriter(body, relations)) {
      for (ChangeRecord record : records) {
        out.write(record);
      }
      out.flush();
      return body.finish();
    }
  }

  @Override
  public void close() {
    writer.close();
  }
}
