/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Folders;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.base.BaseExporter;
import dev.holdfast.postgres.base.BaseOptions;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.proof.ContentComparison;
import dev.holdfast.postgres.proof.ContentProbe;
import dev.holdfast.postgres.proof.ContentRecord;
import dev.holdfast.postgres.proof.ContentRecordJson;
import dev.holdfast.postgres.proof.Pace;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.Sandbox;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What it costs to prove that the vault holds what the source holds, on both sides. */
@Command(
    name = "content-proof",
    description =
        "Proofs of pgbench's tables: hashing the source, then a sandbox that is restored once and"
            + " taken on by the changes of TPC-B-like transactions after that.")
final class ContentProofBench implements Callable<Integer> {

  private static final SourceId SOURCE = new SourceId("main");

  @Option(names = "--scale", defaultValue = "20", description = "15 MB each (default: 20).")
  private int scale;

  @Option(names = "--proofs", defaultValue = "3", description = "After the first (default: 3).")
  private int proofs;

  @Option(
      names = "--transactions",
      defaultValue = "20000",
      description = "Between two proofs, four changes each (default: 20000).")
  private int transactions;

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try (var postgres = start(root.resolve("pg"));
        var other = start(root.resolve("sandbox"))) {
      measure(root, postgres, other);
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private static EmbeddedPostgres start(Path folder) {
    return EmbeddedPostgres.start(
        EmbeddedPostgres.Options.in(folder)
            .setting("wal_level", "logical")
            .setting("shared_buffers", "512MB")
            .setting("max_wal_size", "4GB"));
  }

  private void measure(Path root, EmbeddedPostgres postgres, EmbeddedPostgres other)
      throws Exception {
    postgres.execute("postgres", "CREATE DATABASE bench");
    try (Connection connection = postgres.connect("bench");
        Statement statement = connection.createStatement()) {
      PgbenchData.load(connection, scale);
      statement.execute("CHECKPOINT");
    }
    System.out.printf(
        Locale.ROOT,
        "pgbench tables, scale %d; %d transactions between proofs; PostgreSQL 15, fsync on; %d"
            + " cores, 2 connections at the source, 2 at the sandbox, no limit of rate%n",
        scale,
        transactions,
        Runtime.getRuntime().availableProcessors());
    var hashing = new Figures("hashing the source");
    var full = new Figures("sandbox, restored from a base, and compared");
    var advanced = new Figures("sandbox, taken on, and compared");
    Path folder = Files.createDirectories(root.resolve("worker"));
    try (var worker = new LoneWorker(postgres, "bench", folder, "2s")) {
      worker.start();
      worker.awaitBase();
      for (int proof = 0; proof <= proofs; proof++) {
        if (proof > 0) {
          load(postgres);
        }
        long begun = System.nanoTime();
        ContentRecord content = hash(postgres);
        hashing.add(Duration.ofNanos(System.nanoTime() - begun));
        worker.awaitSealed();
        begun = System.nanoTime();
        Sandbox.Held held = bring(worker, other, content);
        if (!ContentComparison.of(content, held.tables(), true).differing().isEmpty()) {
          throw new IllegalStateException("the vault does not hold what the source holds");
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begun);
        (held.fullBecause().isPresent() ? full : advanced).add(took);
        var json = new ByteArrayOutputStream();
        ContentRecordJson.write(content, json);
        System.out.printf(
            Locale.ROOT,
            "proof %d: %d rows, %.0f MB of rows, record of %d KB, %d changes, %.1f MB from the vault,"
                + " sandbox %s%n",
            proof,
            content.rows(),
            content.bytes() / 1e6,
            json.size() / 1000,
            held.changes(),
            held.storedBytes() / 1e6,
            held.fullBecause().map(why -> "restored: " + why).orElse("taken on"));
      }
    }
    System.out.println(Figures.header());
    System.out.println(hashing.row());
    System.out.println(full.row());
    if (proofs > 0) {
      System.out.println(advanced.row());
    }
  }

  private void load(EmbeddedPostgres postgres) throws Exception {
    try (var client = new TpcB(postgres.connect("bench"), scale)) {
      for (int i = 0; i < transactions; i++) {
        client.transaction();
      }
    }
  }

  private static ContentRecord hash(EmbeddedPostgres postgres) {
    var exporter =
        new BaseExporter(
            Connections.to(DatabaseUrl.parse(postgres.jdbcUrl("bench")), credentials(postgres)),
            new TableScope(List.of("public"), List.of()),
            "holdfast_main",
            BaseOptions.DEFAULT,
            InstantSource.system());
    try (TakenSnapshot snapshot = exporter.takeBesideSlot()) {
      return new ContentProbe(
              "proof-bench", Map.of(), 2, new Pace(Long.MAX_VALUE, Duration.ofHours(1)))
          .read(snapshot);
    }
  }

  private static Sandbox.Held bring(
      LoneWorker worker, EmbeddedPostgres other, ContentRecord content) {
    Identity identity = worker.identity();
    VaultReader vault = worker.reader();
    return new Sandbox(
            vault,
            identity,
            SOURCE,
            new TargetDatabase(DatabaseUrl.parse(other.jdbcUrl("sandbox")), credentials(other)),
            new Sandbox.Options(RestoreOptions.defaults(), Duration.ofDays(7)),
            InstantSource.system())
        .bring(content.position(), Optional.empty(), RestoreProgress.Listener.none());
  }

  private static Credentials credentials(EmbeddedPostgres server) {
    return new Credentials(EmbeddedPostgres.SUPERUSER, server.password());
  }
}
