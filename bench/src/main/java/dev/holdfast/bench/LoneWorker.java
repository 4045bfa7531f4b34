/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.base.OwnObjects;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The snapshot worker as it is shipped, in a process of its own with the heap that it has in the
 * suite, for one database and a vault in a folder. Without Kafka: what it would announce waits.
 */
final class LoneWorker implements AutoCloseable {

  private static final SourceId MAIN = new SourceId("main");
  private static final String HEAP = "512m";

  private final EmbeddedPostgres postgres;
  private final String database;
  private final Path folder;
  private final Path configuration;
  private final FileObjectStore store;
  private final VaultReader reader;
  private final Identity identity;
  private @Nullable ChildProcess process;
  private long read;
  private Lsn sealed = Lsn.NONE;
  private boolean based;

  /**
   * @param sealAge such as {@code 2s}
   */
  LoneWorker(EmbeddedPostgres postgres, String database, Path folder, String sealAge)
      throws IOException {
    this.postgres = postgres;
    this.database = database;
    this.folder = folder;
    Path vault = Files.createDirectories(folder.resolve("vault"));
    SigningKey signer = SigningKey.generate();
    signer.write(folder.resolve("signing.key"));
    Files.writeString(folder.resolve("signers"), signer.publicKey().text() + "\n");
    HybridIdentity own = Identity.generate();
    this.identity = own.trusting(Set.of(signer.publicKey()));
    Files.writeString(folder.resolve("recipients"), own.recipient().text() + "\n");
    this.configuration =
        Files.writeString(folder.resolve("worker.properties"), settings(vault, sealAge));
    this.store = new FileObjectStore(vault);
    this.reader = VaultReader.of(store, Set.of(signer.publicKey()));
  }

  private String settings(Path vault, String sealAge) {
    StringBuilder text = new StringBuilder();
    Map.ofEntries(
            Map.entry("quarkus.http.host", "127.0.0.1"),
            Map.entry("quarkus.http.port", "0"),
            Map.entry("kafka.bootstrap.servers", "127.0.0.1:1"),
            Map.entry("holdfast.vault.regions[0].id", "local"),
            Map.entry("holdfast.vault.regions[0].url", "file:" + vault),
            Map.entry("holdfast.vault.trusted-signers", folder.resolve("signers").toString()),
            Map.entry("holdfast.sources.main.url", postgres.jdbcUrl(database)),
            Map.entry("holdfast.sources.main.user", EmbeddedPostgres.SUPERUSER),
            Map.entry("holdfast.sources.main.password", postgres.password().reveal()),
            Map.entry("holdfast.sources.main.include-schemas", "public"),
            Map.entry("holdfast.keys.recipients", folder.resolve("recipients").toString()),
            Map.entry("holdfast.keys.signing", folder.resolve("signing.key").toString()),
            Map.entry("holdfast.capture.seal-age", sealAge),
            Map.entry("holdfast.capture.work-folder", folder.resolve("work").toString()))
        .forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
    return text.toString();
  }

  void start() {
    process = ShippedService.start("snapshot-worker", HEAP, configuration, folder);
  }

  /** Until the first base is sealed. */
  void awaitBase() throws InterruptedException {
    while (!based) {
      look();
    }
  }

  /**
   * Until everything that was committed before is sealed.
   *
   * @return how long that took, to 20 ms
   */
  Duration awaitSealed() throws SQLException, InterruptedException {
    long begun = System.nanoTime();
    Lsn committed;
    try (Connection connection = postgres.connect(database);
        Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT pg_current_wal_insert_lsn()::text")) {
        row.next();
        committed = Lsn.parse(row.getString(1));
      }
      // A segment ends with a commit: this one ends behind all before it.
      OwnObjects.beat(connection);
    }
    while (sealed.isBefore(committed)) {
      look();
    }
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  private void look() throws InterruptedException {
    ChildProcess running = process;
    if (running == null || !running.isAlive()) {
      throw new IllegalStateException(
          "the worker has ended: " + (running == null ? "never started" : running.logTail(20)));
    }
    if (Files.exists(folder.resolve("vault/sources"))) {
      for (Manifest manifest : reader.chain(MAIN, read)) {
        read = manifest.number();
        switch (manifest.entry()) {
          case ChainEntry.SegmentSealed segment -> sealed = segment.through();
          case ChainEntry.BaseSealed _ -> based = true;
          case ChainEntry.HoleRecorded hole ->
              throw new IllegalStateException("a hole was recorded: " + hole.reason());
          default -> {}
        }
      }
    }
    Thread.sleep(20);
  }

  /** From now on, until it is closed, notes when what was sealed; nothing else may await then. */
  Watch watch() {
    return new Watch();
  }

  /** When commits became durable, to 20 ms. */
  final class Watch implements AutoCloseable {
    private final ConcurrentSkipListMap<Lsn, Instant> seen = new ConcurrentSkipListMap<>();
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<Void> looking =
        thread.submit(
            () -> {
              while (true) {
                look();
                seen.putIfAbsent(sealed, Instant.now());
              }
            });

    Optional<Instant> durableAt(Lsn lsn) {
      if (looking.isDone()) {
        throw new IllegalStateException("nobody looks any more: " + looking.exceptionNow());
      }
      return Optional.ofNullable(seen.ceilingEntry(lsn)).map(Map.Entry::getValue);
    }

    @Override
    public void close() {
      thread.shutdownNow();
    }
  }

  VaultReader reader() {
    return reader;
  }

  /** Opens the vault. */
  Identity identity() {
    return identity;
  }

  List<Manifest> chain() {
    return reader.chain(MAIN);
  }

  /** Number of manifests so far. */
  long manifests() {
    return read;
  }

  /** Bytes that the vault holds. */
  long storedBytes() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("vault"))) {
      return files.filter(Files::isRegularFile).mapToLong(file -> file.toFile().length()).sum();
    }
  }

  /** The most that the process had resident, KiB; only Linux tells. */
  long peakResidentKib() throws IOException {
    return status("VmHWM:");
  }

  private long status(String name) throws IOException {
    ChildProcess running = process;
    if (running == null) {
      return 0;
    }
    try (Stream<String> lines = Files.lines(Path.of("/proc/" + running.pid() + "/status"))) {
      return lines
          .filter(line -> line.startsWith(name))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .sum();
    }
  }

  /** Seconds of CPU that the process has used. */
  double cpuSeconds() {
    ChildProcess running = process;
    return running == null
        ? 0
        : ProcessHandle.of(running.pid())
            .flatMap(handle -> handle.info().totalCpuDuration())
            .map(used -> used.toMillis() / 1000.0)
            .orElse(0.0);
  }

  void stop() {
    ChildProcess running = process;
    if (running != null) {
      running.stop();
      process = null;
    }
  }

  @Override
  public void close() {
    stop();
    reader.close();
    store.close();
  }
}
