/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.events.AuditEvent;
import dev.holdfast.events.BackupEvent;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Secret;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordReader;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.ChainIndexer;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.worker.chain.Chain;
import dev.holdfast.worker.chain.ChainIndexing;
import dev.holdfast.worker.chain.ChainLoader;
import dev.holdfast.worker.segment.SegmentPolicy;
import dev.holdfast.worker.stream.DebeziumChangeStreams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A source, a vault and a capture between them, for tests. */
final class CaptureRig implements AutoCloseable {

  static final SourceId SOURCE = new SourceId("main");
  static final String SLOT = "holdfast_main";

  final HybridIdentity identity;
  final SigningKey signer;
  final FlakyStore store;
  final List<BackupEvent> events = new CopyOnWriteArrayList<>();
  final List<AuditEvent> audit = new CopyOnWriteArrayList<>();
  private final DatabaseUrl url;
  private Connections connections;
  private final Path folder;
  private TableScope scope = new TableScope(List.of("public"), List.of("tmp_%"));
  private CaptureSettings settings = settings(Duration.ofMillis(300), 8 << 20, 1 << 20);
  @Nullable SourceCapture capture;

  CaptureRig(Path folder, PostgresServer... servers) {
    this(folder, new MemoryObjectStore(), servers);
  }

  CaptureRig(Path folder, ObjectStore store, PostgresServer... servers) {
    this(folder, store, Identity.generate(), SigningKey.generate(), servers);
  }

  CaptureRig(
      Path folder,
      ObjectStore store,
      HybridIdentity identity,
      SigningKey signer,
      PostgresServer... servers) {
    this.folder = folder;
    this.identity = identity;
    this.signer = signer;
    this.store = new FlakyStore(store);
    StringBuilder hosts = new StringBuilder();
    for (PostgresServer server : servers) {
      hosts
          .append(hosts.isEmpty() ? "" : ",")
          .append(server.host())
          .append(':')
          .append(server.port());
    }
    this.url = DatabaseUrl.parse("jdbc:postgresql://" + hosts + "/app");
    this.connections = Connections.to(url, new Credentials("postgres", new Secret("secret")));
  }

  static CaptureSettings settings(Duration age, long bodyBytes, long bufferBytes) {
    return new CaptureSettings(
        new SegmentPolicy(age, bodyBytes, bufferBytes),
        Duration.ofMinutes(4),
        Duration.ofMillis(200),
        Duration.ofSeconds(5),
        16 << 20,
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofMinutes(10),
        2,
        Duration.ofMillis(500),
        Duration.ofDays(30),
        new ProofSettings(2, 1 << 30, Duration.ofMinutes(5)));
  }

  CaptureRig with(CaptureSettings other) {
    settings = other;
    return this;
  }

  CaptureRig with(ProofSettings proof) {
    CaptureSettings s = settings;
    settings =
        new CaptureSettings(
            s.segments(),
            s.idleSeal(),
            s.probe(),
            s.sourceTimeout(),
            s.pinnedBytes(),
            s.promotionPatience(),
            s.sealTimeout(),
            s.retryMost(),
            s.examination(),
            s.baseParallelism(),
            s.lockPatience(),
            s.keyAge(),
            proof);
    return this;
  }

  /** Everything that this rig does in the source is done by this user. */
  CaptureRig as(Credentials user) {
    connections = Connections.to(url, user);
    return this;
  }

  CaptureRig with(TableScope other) {
    scope = other;
    return this;
  }

  SourceCapture start() {
    SourceCapture started =
        new SourceCapture(
            new CaptureContext(
                SOURCE,
                connections,
                scope,
                settings,
                new DebeziumChangeStreams(),
                this::open,
                events::add,
                audit::add,
                Clock.systemUTC()));
    capture = started;
    started.start();
    return started;
  }

  private VaultAccess.Opened open(
      dev.holdfast.worker.chain.StoreRetry retry,
      java.util.function.BiConsumer<Manifest, dev.holdfast.worker.chain.ChainState> appended) {
    VaultWriter writer =
        VaultWriter.open(store, SOURCE, List.of(identity.recipient()), signer, Clock.systemUTC());
    ChainLoader loader = new ChainLoader(reader(), SOURCE, folder);
    return new VaultAccess.Opened(
        writer,
        new Chain(
            writer::append,
            loader.load(),
            retry,
            (manifest, state) -> {
              appended.accept(manifest, state);
              loader.appended(manifest, state);
            }),
        new ChainIndexing(
            new ChainIndexer(store, SOURCE, signer, Set.of()), SOURCE, Clock.systemUTC()),
        () -> reader().outline(SOURCE));
  }

  VaultReader reader() {
    return VaultReader.open(store, Set.of(signer.publicKey()));
  }

  List<Manifest> chain() {
    return reader().chain(SOURCE);
  }

  <T extends ChainEntry> List<T> entries(Class<T> type) {
    return chain().stream().map(Manifest::entry).filter(type::isInstance).map(type::cast).toList();
  }

  Lsn sealedThrough() {
    return running().status().lastSealed().orElseThrow().position().lsn();
  }

  SourceCapture running() {
    SourceCapture current = capture;
    assertThat(current).as("a capture that was started").isNotNull();
    return current;
  }

  void stop() {
    SourceCapture current = capture;
    if (current != null) {
      current.close();
      capture = null;
    }
  }

  void awaitStreaming() {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () ->
                assertThat(running().status().state()).isInstanceOf(CaptureState.Streaming.class));
  }

  /** Drops the database that a closed rig captured, and the slots that it left. */
  static void dropSource(PostgresServer server) {
    // A walsender that was just told to end holds its slot for a moment.
    Eventually.soon()
        .asserted(
            () ->
                server.execute(
                    "postgres",
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'app'",
                    "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT"
                        + " active",
                    "DROP DATABASE IF EXISTS app WITH (FORCE)"));
  }

  /** Everything committed by now is sealed when this returns. */
  SealedPoint sealed() {
    return running().seal().join();
  }

  /** All records of a segment's bodies. */
  List<ChangeRecord> records(SegmentSealed segment) throws IOException {
    List<ChangeRecord> records = new ArrayList<>();
    for (ObjectRef body : segment.bodies()) {
      try (ChangeRecordReader in = new ChangeRecordReader(reader().open(body, identity))) {
        for (ChangeRecord next = in.next(); next != null; next = in.next()) {
          records.add(next);
        }
      }
    }
    return records;
  }

  Connection sql() {
    return connections.open();
  }

  /** What the source holds now. */
  DatabaseImage image() throws SQLException {
    try (Connection connection = sql()) {
      return DatabaseImage.of(connection);
    }
  }

  void run(String... commands) throws SQLException {
    try (Connection connection = sql();
        Statement statement = connection.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }

  String ask(String query) throws SQLException {
    try (Connection connection = sql();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  static String text(ChangeRecord.Insert insert, int column) {
    return new String(insert.row().value(column), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    stop();
  }
}
