/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Folders;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What protection costs a source, and what sealing costs at several intervals. */
@Command(
    name = "protection-cost",
    description =
        "TPC-B-like transactions a second without protection and with it, in turns, for several seal"
            + " intervals; the worker's CPU, manifests and stored bytes.")
final class ProtectionCostBench implements Callable<Integer> {

  private static final int CLIENTS = 4;

  @Option(names = "--scale", defaultValue = "20", description = "Of the tables (default: 20).")
  private int scale;

  @Option(names = "--seconds", defaultValue = "20", description = "Of each load (default: 20).")
  private int seconds;

  @Option(names = "--runs", defaultValue = "3", description = "Of each (default: 3).")
  private int runs;

  @Option(
      names = "--seal-ages",
      split = ",",
      defaultValue = "500ms,2s,10s",
      description = "Seal intervals (default: ${DEFAULT-VALUE}).")
  private List<String> sealAges = List.of();

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(root.resolve("pg"))
                .setting("wal_level", "logical")
                .setting("shared_buffers", "1GB")
                .setting("max_wal_size", "8GB"))) {
      postgres.execute("postgres", "CREATE DATABASE bench");
      try (Connection connection = postgres.connect("bench")) {
        PgbenchData.load(connection, scale);
      }
      System.out.printf(
          Locale.ROOT,
          "pgbench tables, scale %d; %d clients as fast as they can for %d s; PostgreSQL 15, fsync on,"
              + " wal_level logical in both; worker, clients and PostgreSQL on the same %d cores; %d"
              + " runs, medians%n",
          scale,
          CLIENTS,
          seconds,
          Runtime.getRuntime().availableProcessors(),
          runs);
      rate(postgres, 5);
      for (String sealAge : sealAges) {
        measure(postgres, root, sealAge);
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private void measure(EmbeddedPostgres postgres, Path root, String sealAge) throws Exception {
    List<Double> without = new ArrayList<>();
    List<Double> with = new ArrayList<>();
    double cpu = 0;
    long manifests = 0;
    long bytes = 0;
    for (int run = 0; run < runs; run++) {
      without.add(rate(postgres, seconds));
      Path folder = Files.createDirectories(root.resolve("worker-" + sealAge + "-" + run));
      try (LoneWorker worker = new LoneWorker(postgres, "bench", folder, sealAge)) {
        worker.start();
        worker.awaitBase();
        double cpuBefore = worker.cpuSeconds();
        long bytesBefore = worker.storedBytes();
        long before = worker.manifests();
        with.add(rate(postgres, seconds));
        worker.awaitSealed();
        cpu = worker.cpuSeconds() - cpuBefore;
        manifests = worker.manifests() - before;
        bytes = worker.storedBytes() - bytesBefore;
      }
      postgres.execute(
          "bench",
          "SELECT pg_drop_replication_slot('holdfast_main')",
          "DROP PUBLICATION holdfast_main");
      Folders.delete(folder);
    }
    System.out.printf(
        Locale.ROOT,
        "seal after %-6s %6.0f transactions/s without, %6.0f with: %.2f; last run: worker %.1f s of"
            + " CPU in %d s, %d manifests, %.1f MiB stored%n",
        sealAge,
        median(without),
        median(with),
        median(with) / median(without),
        cpu,
        seconds,
        manifests,
        bytes / 1048576.0);
  }

  /** Transactions a second of all clients together. */
  private double rate(EmbeddedPostgres postgres, int forSeconds) throws Exception {
    long end = System.nanoTime() + forSeconds * 1_000_000_000L;
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<Long>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(() -> client(postgres, end)));
      }
      long done = 0;
      for (Future<Long> client : clients) {
        done += client.get();
      }
      return done / (double) forSeconds;
    }
  }

  private long client(EmbeddedPostgres postgres, long end) throws SQLException {
    long done = 0;
    try (TpcB load = new TpcB(postgres.connect("bench"), scale)) {
      while (System.nanoTime() < end) {
        load.transaction();
        done++;
      }
    }
    return done;
  }

  private static double median(List<Double> values) {
    List<Double> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }
}
