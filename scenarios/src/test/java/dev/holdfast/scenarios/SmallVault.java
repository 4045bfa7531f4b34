/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scenarios;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseOptions;
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.ExportedBase;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordWriter;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.wire.ChangeRecords;
import dev.holdfast.postgres.wire.PgOutputDecoder;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A database with two tables, protected into a folder by the libraries alone: a base, a segment.
 */
final class SmallVault implements AutoCloseable {

  private static final String SLOT = "holdfast_small";

  private final EmbeddedPostgres server;
  private final String database;
  private final Connections connections;
  private final FileObjectStore store;
  private final VaultWriter writer;

  /**
   * @param folder gets the folders {@code vault} and {@code keys}
   */
  SmallVault(Path folder, EmbeddedPostgres server, String database) throws IOException {
    this.server = server;
    this.database = database;
    this.connections =
        Connections.to(
            DatabaseUrl.parse(server.jdbcUrl(database)),
            new Credentials(EmbeddedPostgres.SUPERUSER, server.password()));
    this.store = new FileObjectStore(Files.createDirectories(folder.resolve("vault")));
    SigningKey signer = SigningKey.generate();
    HybridIdentity identity = Identity.generate().trusting(Set.of(signer.publicKey()));
    Path keys = Files.createDirectories(folder.resolve("keys"));
    identity.write(keys.resolve("identity.key"));
    Files.writeString(keys.resolve("signers.pub"), signer.publicKey().text() + "\n");
    this.writer =
        VaultWriter.open(
            store,
            new SourceId("main"),
            List.of(identity.recipient()),
            signer,
            InstantSource.system());
  }

  /** Seals a base, and the changes that came after it. */
  void protect() throws SQLException, IOException {
    server.execute(
        database,
        "CREATE TABLE items (id int PRIMARY KEY, v text)",
        "CREATE TABLE notes (id int PRIMARY KEY, v text NOT NULL)",
        "INSERT INTO items SELECT i, md5(i::text) FROM generate_series(1, 1000) i",
        "INSERT INTO notes VALUES (1, 'before the base')");
    BaseExporter exporter =
        new BaseExporter(
            connections,
            new TableScope(List.of("public"), List.of()),
            "holdfast_small",
            BaseOptions.DEFAULT,
            InstantSource.system());
    try (TakenSnapshot snapshot = exporter.takeWithSlot(SLOT)) {
      Position start = snapshot.position();
      writer.append(new ChainEntry.EpochOpened(1, SLOT, start, 150_000));
      ExportedBase base = exporter.export(snapshot, ChunkSink.into(writer, 1), progress -> {});
      writer.append(
          new ChainEntry.BaseSealed(
              1,
              "base-1",
              start,
              snapshot.at(),
              "catalog",
              base.reference(),
              base.objects(),
              base.index().tables().size(),
              base.rows()));
      server.execute(
          database,
          "INSERT INTO notes VALUES (2, 'after the base')",
          "UPDATE items SET v = 'changed' WHERE id <= 10");
      seal(start);
    }
  }

  private void seal(Position start) throws SQLException, IOException {
    List<ChangeRecord> records = new ArrayList<>();
    List<CommitPoint> commits = new ArrayList<>();
    Lsn through;
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement()) {
      try (ResultSet row =
          statement.executeQuery("SELECT pg_catalog.pg_current_wal_insert_lsn()")) {
        row.next();
        through = Lsn.parse(row.getString(1));
      }
      long xid = 0;
      try (ResultSet row =
          statement.executeQuery(
              "SELECT data FROM pg_catalog.pg_logical_slot_get_binary_changes('"
                  + SLOT
                  + "', NULL, NULL, 'proto_version', '1', 'publication_names', 'holdfast_small')")) {
        while (row.next()) {
          Optional<ChangeRecord> record =
              ChangeRecords.of(PgOutputDecoder.decode(ByteBuffer.wrap(row.getBytes(1))));
          record.ifPresent(records::add);
          if (record.orElse(null) instanceof ChangeRecord.Begin begin) {
            xid = begin.xid();
          } else if (record.orElse(null) instanceof ChangeRecord.Commit commit) {
            commits.add(new CommitPoint(commit.endLsn(), commit.time(), xid));
          }
        }
      }
    }
    ObjectRef body;
    try (VaultWriter.Body out = writer.begin(ObjectKind.SEGMENT, 1);
        ChangeRecordWriter changes = new ChangeRecordWriter(out, new Relations())) {
      for (ChangeRecord record : records) {
        changes.write(record);
      }
      changes.flush();
      body = out.finish();
    }
    writer.append(
        new ChainEntry.SegmentSealed(
            1,
            start.timeline(),
            start.lsn(),
            through,
            Optional.of(commits.getFirst()),
            Optional.of(commits.getLast()),
            Optional.of(commits.getFirst().time()),
            Optional.of(commits.getLast().time()),
            InstantSource.system().instant(),
            commits.size(),
            records.size(),
            List.of(body)));
  }

  @Override
  public void close() {
    writer.close();
    store.close();
  }
}
