/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.golden;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseOptions;
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.ExportedBase;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecord.Begin;
import dev.holdfast.postgres.changes.ChangeRecord.Column;
import dev.holdfast.postgres.changes.ChangeRecord.Commit;
import dev.holdfast.postgres.changes.ChangeRecord.Delete;
import dev.holdfast.postgres.changes.ChangeRecord.Insert;
import dev.holdfast.postgres.changes.ChangeRecord.Message;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.changes.ChangeRecord.ReplicaIdentity;
import dev.holdfast.postgres.changes.ChangeRecord.SequenceState;
import dev.holdfast.postgres.changes.ChangeRecord.Truncate;
import dev.holdfast.postgres.changes.ChangeRecord.Update;
import dev.holdfast.postgres.changes.ChangeRecordWriter;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.changes.Tuple;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Made the golden vectors of format 1, once, from a real base snapshot and change records written
 * by hand. Kept to show how; it refuses a folder that exists, so that it cannot make them again in
 * place. The argument is the folder to make.
 */
final class GoldenVectorsMain {

  private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
  private static final SourceId MAIN = new SourceId("main");

  private final Path folder;
  private final FileObjectStore store;
  private final SigningKey signer = SigningKey.generate();
  private final HybridIdentity first = Identity.generate().trusting(Set.of(signer.publicKey()));
  private final HybridIdentity second = Identity.generate().trusting(Set.of(signer.publicKey()));

  private GoldenVectorsMain(Path folder) throws IOException {
    this.folder = folder;
    Files.createDirectories(folder.resolve("vault"));
    Files.createDirectories(folder.resolve("keys"));
    this.store = new FileObjectStore(folder.resolve("vault"));
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    if (Files.exists(folder)) {
      throw new IllegalArgumentException(
          folder + " exists: golden vectors are made once and never again; name a new folder");
    }
    new GoldenVectorsMain(folder).make();
  }

  private void make() throws Exception {
    keys();
    try (TestServers servers = new TestServers()) {
      EmbeddedPostgres server = servers.postgres();
      server.execute("postgres", "CREATE DATABASE golden");
      server.execute("golden", SOURCE);
      Connections connections =
          Connections.to(
              DatabaseUrl.parse(server.jdbcUrl("golden")),
              new Credentials(EmbeddedPostgres.SUPERUSER, server.password()));
      chain(connections);
    }
    plaintexts();
    sums();
  }

  private static final String SOURCE =
      """
      CREATE ROLE golden_reader NOLOGIN;
      CREATE TABLE keyed (id int PRIMARY KEY, v text, big text);
      CREATE TABLE whole (a int, b text);
      ALTER TABLE whole REPLICA IDENTITY FULL;
      CREATE TABLE emptied (id int PRIMARY KEY);
      CREATE TABLE nameless (v text);
      CREATE TABLE noise (id int PRIMARY KEY, v text);
      CREATE SEQUENCE counter OWNED BY keyed.id;
      GRANT SELECT ON keyed TO golden_reader;
      ALTER DATABASE golden SET statement_timeout = '90s';
      SELECT setval('counter', 41);
      INSERT INTO keyed VALUES (1, 'one', repeat('x', 50)), (2, 'two', NULL), (3, E'tab\\tand\\\\', 'ü');
      INSERT INTO whole VALUES (1, 'a'), (1, 'a'), (2, 'b');
      INSERT INTO emptied VALUES (1), (2);
      INSERT INTO noise SELECT i, md5(i::text) FROM generate_series(1, 20000) i;
      INSERT INTO nameless VALUES ('as at the base');
      """;

  private void keys() throws IOException {
    Path keys = folder.resolve("keys");
    first.write(keys.resolve("identity.key"));
    second.write(keys.resolve("second-identity.key"));
    signer.write(keys.resolve("signing.key"));
    for (String secret : List.of("identity.key", "second-identity.key", "signing.key")) {
      Path file = keys.resolve(secret);
      Files.writeString(
          file,
          "# TEST KEY, published with Holdfast: protects nothing.\n" + Files.readString(file));
    }
    Files.writeString(keys.resolve("recipient.pub"), first.recipient().text() + "\n");
    Files.writeString(keys.resolve("signers.pub"), signer.publicKey().text() + "\n");
  }

  /** What has to come out of every encrypted object. */
  private void plaintexts() throws IOException {
    VaultReader reader = VaultReader.open(store, first.trustedSigners());
    StringBuilder lines = new StringBuilder();
    for (Manifest manifest : reader.chain(MAIN)) {
      for (ObjectRef object : VaultLayout.objectsOf(manifest)) {
        try (InputStream plain = reader.open(object, first)) {
          lines.append(Sha256.of(plain.readAllBytes())).append("  ").append(object.key());
          lines.append('\n');
        }
      }
    }
    Files.writeString(folder.resolve("plaintext.sha256"), lines);
  }

  private void sums() throws IOException {
    StringBuilder lines = new StringBuilder();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        lines.append(Sha256.of(Files.readAllBytes(file))).append("  ");
        lines.append(folder.relativize(file)).append('\n');
      }
    }
    Files.writeString(folder.resolve("SHA256SUMS"), lines);
  }

  private void chain(Connections connections) throws IOException {
    Position start;
    BaseIndex index;
    try (VaultWriter writer = writer(List.of(first.recipient()), NOON)) {
      BaseExporter exporter =
          new BaseExporter(
              connections,
              new TableScope(List.of("public"), List.of()),
              "holdfast_golden",
              BaseOptions.DEFAULT,
              InstantSource.fixed(NOON));
      try (TakenSnapshot snapshot = exporter.takeWithSlot("holdfast_golden")) {
        start = snapshot.position();
        writer.append(new ChainEntry.EpochOpened(1, "holdfast_golden", start, 150019));
        ExportedBase base = exporter.export(snapshot, ChunkSink.into(writer, 1), progress -> {});
        index = base.index();
        writer.append(
            new ChainEntry.BaseSealed(
                1,
                "20261124T120000Z-golden",
                start,
                NOON,
                "0".repeat(64) + "." + "1".repeat(64),
                base.reference(),
                base.objects(),
                index.tables().size(),
                base.rows()));
      }
      segment(writer, start, index);
    }
    long end = start.lsn().value() + 0x300;
    try (VaultWriter later =
        writer(List.of(first.recipient(), second.recipient()), NOON.plusSeconds(60))) {
      later.append(
          new ChainEntry.SegmentSealed(
              1,
              start.timeline(),
              new Lsn(end),
              new Lsn(end + 0x100),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              Optional.empty(),
              NOON.plusSeconds(60),
              0,
              0,
              List.of()));
      later.append(
          new ChainEntry.TimelineSwitched(
              2,
              start.systemId(),
              start.timeline(),
              start.timeline() + 1,
              new Lsn(end + 0x100),
              0,
              NOON.plusSeconds(61)));
      later.append(
          new ChainEntry.HoleRecorded(
              2,
              new Position(start.systemId(), start.timeline() + 1, new Lsn(end + 0x100)),
              "the replication slot holdfast_golden was lost",
              NOON.plusSeconds(62)));
    }
  }

  private VaultWriter writer(List<Recipient> recipients, Instant now) {
    return VaultWriter.open(store, MAIN, recipients, signer, InstantSource.fixed(now));
  }

  /** Two transactions with every kind of record; the first one crosses from body to body. */
  private static void segment(VaultWriter writer, Position start, BaseIndex index)
      throws IOException {
    long at = start.lsn().value();
    Instant firstTime = NOON.plusMillis(1123).plusNanos(456_000);
    Instant secondTime = NOON.plusMillis(500);
    long keyed = oid(index, "keyed");
    long whole = oid(index, "whole");
    long emptied = oid(index, "emptied");
    Relations relations = new Relations();
    ObjectRef one =
        body(
            writer,
            relations,
            new Begin(742, firstTime, new Lsn(at + 0x80)),
            relation(keyed, "keyed", ReplicaIdentity.DEFAULT, "id", "v", "big"),
            new Insert(keyed, Tuple.ofText("4", "four", null)),
            new Update(
                keyed, Optional.empty(), Tuple.of(new byte[] @Nullable [] {utf8("1"), null, null})),
            new Update(
                keyed,
                Optional.of(new OldRow.Key(Tuple.ofText("3", null, null))),
                Tuple.of(new byte[] @Nullable [] {utf8("30"), utf8("moved"), Tuple.unchanged()})));
    ObjectRef two =
        body(
            writer,
            relations,
            new Delete(keyed, new OldRow.Key(Tuple.ofText("2", null, null))),
            relation(whole, "whole", ReplicaIdentity.FULL, "a", "b"),
            new Update(
                whole,
                Optional.of(new OldRow.Full(Tuple.ofText("2", "b"))),
                Tuple.ofText("2", "changed")),
            new Delete(whole, new OldRow.Full(Tuple.ofText("1", "a"))),
            new Message(true, new Lsn(at + 0x70), "golden", utf8("a message")),
            new Commit(new Lsn(at + 0x80), new Lsn(at + 0x100), firstTime),
            new Begin(4_294_967_295L, secondTime, new Lsn(at + 0x180)),
            relation(emptied, "emptied", ReplicaIdentity.INDEX, "id"),
            new Truncate(List.of(emptied), true, true),
            new Insert(emptied, Tuple.ofText("7")),
            new Commit(new Lsn(at + 0x180), new Lsn(at + 0x200), secondTime),
            new SequenceState("public", "counter", 50, true));
    writer.append(
        new ChainEntry.SegmentSealed(
            1,
            start.timeline(),
            start.lsn(),
            new Lsn(at + 0x300),
            Optional.of(new CommitPoint(new Lsn(at + 0x100), firstTime, 742)),
            Optional.of(new CommitPoint(new Lsn(at + 0x200), secondTime, 4_294_967_295L)),
            Optional.of(secondTime),
            Optional.of(firstTime),
            NOON.plusSeconds(2),
            2,
            8,
            List.of(one, two)));
  }

  private static ObjectRef body(VaultWriter writer, Relations relations, ChangeRecord... changes)
      throws IOException {
    try (VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1);
        ChangeRecordWriter out = new ChangeRecordWriter(body, relations)) {
      for (ChangeRecord change : changes) {
        out.write(change);
      }
      out.flush();
      return body.finish();
    }
  }

  private static Relation relation(
      long oid, String name, ReplicaIdentity identity, String... columns) {
    List<Column> all = new java.util.ArrayList<>();
    for (int i = 0; i < columns.length; i++) {
      boolean number = List.of("id", "a").contains(columns[i]);
      boolean key = identity == ReplicaIdentity.FULL || i == 0;
      all.add(new Column(i + 1, columns[i], number ? 23 : 25, -1, key));
    }
    return new Relation(oid, "public", name, identity, all);
  }

  private static long oid(BaseIndex index, String table) {
    return index.tables().stream()
        .filter(each -> each.name().equals(table))
        .findFirst()
        .orElseThrow()
        .oid();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
