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
import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.postgres.base.ExportedBase;
import dev.holdfast.postgres.base.TakenSnapshot;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** A base snapshot against pg_dump and against a bare COPY pipeline, in turns. */
@Command(
    name = "base-snapshot",
    description =
        "A base snapshot, compressed and encrypted into a vault in a folder, against 'pg_dump -Fd -j2'"
            + " and 'COPY | zstd -1 | openssl' on two connections, in turns.")
final class BaseSnapshotBench implements Callable<Integer> {

  private static final SourceId SOURCE = new SourceId("main");

  @Option(names = "--scale", defaultValue = "150", description = "15 MB each (default: 150).")
  private int scale;

  @Option(names = "--runs", defaultValue = "3", description = "Of each (default: 3).")
  private int runs;

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try (var postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(root.resolve("pg"))
                .setting("wal_level", "logical")
                .setting("shared_buffers", "1GB")
                .setting("max_wal_size", "8GB"))) {
      measure(root, postgres);
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private void measure(Path root, EmbeddedPostgres postgres) throws Exception {
    postgres.execute("postgres", "CREATE DATABASE bench");
    long bytes;
    long pages;
    try (Connection connection = postgres.connect("bench");
        Statement statement = connection.createStatement()) {
      PgbenchData.load(connection, scale);
      statement.execute("CHECKPOINT");
      bytes = number(statement, "SELECT pg_database_size('bench')");
      pages = number(statement, "SELECT pg_relation_size('pgbench_accounts') / 8192");
    }
    System.out.printf(
        Locale.ROOT,
        "pgbench tables, scale %d, %.2f GB on disk, filler of hashes and words; PostgreSQL 15, fsync"
            + " on; %d cores; 2 connections each; all data in %s%n",
        scale,
        bytes / 1e9,
        Runtime.getRuntime().availableProcessors(),
        root);

    var shell = Shell.to(postgres, root.resolve("shell.log"));
    var ours = new Figures("holdfast base snapshot");
    var dump = new Figures("pg_dump -Fd -j2 (gzip, its default)");
    var copy = new Figures("COPY | zstd -1 | openssl, two connections");
    boolean pipeline = Shell.has("zstd") && Shell.has("openssl") && Shell.has("psql");
    // The first of each warms caches and is not counted.
    for (int run = 0; run <= runs; run++) {
      ours.addAfterFirst(run, export(root.resolve("vault-" + run), postgres));
      Path dumped = root.resolve("dump");
      dump.addAfterFirst(run, shell.time("pg_dump -Fd -j2 -f " + dumped));
      Folders.delete(dumped);
      if (pipeline) {
        copy.addAfterFirst(run, copy(shell, root, pages));
      }
    }
    System.out.println(Figures.header());
    System.out.println(ours.row());
    System.out.println(dump.row());
    System.out.println(Figures.ratio("holdfast / pg_dump", ours, dump));
    if (pipeline) {
      System.out.println(copy.row());
      System.out.println(Figures.ratio("holdfast / COPY pipeline", ours, copy));
    } else {
      System.out.println("skipped: the COPY pipeline needs psql, zstd and openssl");
    }
  }

  private static long number(Statement statement, String query) throws Exception {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static Duration copy(Shell shell, Path root, long pages)
      throws IOException, InterruptedException {
    String half =
        "psql -qc \"COPY (SELECT * FROM pgbench_accounts WHERE ctid %s '(%d,0)') TO STDOUT\" | zstd"
            + " -1 -q | openssl enc -aes-256-ctr -pass pass:x -iter 1 -out %s";
    Duration took =
        shell.time(
            String.format(Locale.ROOT, half, "<", pages / 2, root.resolve("half-1")),
            String.format(Locale.ROOT, half, ">=", pages / 2, root.resolve("half-2")));
    Files.delete(root.resolve("half-1"));
    Files.delete(root.resolve("half-2"));
    return took;
  }

  private static Duration export(Path vault, EmbeddedPostgres postgres) throws Exception {
    Files.createDirectories(vault);
    var signer = SigningKey.generate();
    var connections =
        Connections.to(
            DatabaseUrl.parse(postgres.jdbcUrl("bench")),
            new Credentials(EmbeddedPostgres.SUPERUSER, postgres.password()));
    var exporter =
        new BaseExporter(
            connections,
            new TableScope(List.of("public"), List.of()),
            "holdfast_bench",
            BaseOptions.DEFAULT,
            InstantSource.system());
    long begun = System.nanoTime();
    try (var store = new FileObjectStore(vault);
        var writer =
            VaultWriter.open(
                store,
                SOURCE,
                List.of(Identity.generate().recipient()),
                signer,
                InstantSource.system());
        TakenSnapshot snapshot = exporter.takeBesideSlot()) {
      ExportedBase base = exporter.export(snapshot, ChunkSink.into(writer, 1), progress -> {});
      Duration took = Duration.ofNanos(System.nanoTime() - begun);
      if (base.rows() == 0) {
        throw new IllegalStateException("the base holds no rows");
      }
      return took;
    } finally {
      Folders.delete(vault);
    }
  }
}
