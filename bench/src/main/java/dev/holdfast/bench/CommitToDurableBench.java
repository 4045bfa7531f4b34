/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.Folders;
import dev.holdfast.model.Lsn;
import dev.holdfast.standalone.LocalStack;
import dev.holdfast.standalone.demo.RegionWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Seconds from a commit's acknowledgement to its manifest in the primary region, under load. */
@Command(
    name = "commit-to-durable",
    description =
        "The whole suite on this machine; TPC-B-like transactions at a rate; seconds from a commit's"
            + " acknowledgement until the primary region's chain covers it.")
final class CommitToDurableBench implements Callable<Integer> {

  private static final int CLIENTS = 4;
  private static final String REGION = "us-east-1";

  @Option(names = "--scale", defaultValue = "20", description = "Of the tables (default: 20).")
  private int scale;

  @Option(names = "--rate", defaultValue = "1000", description = "Transactions/s (default: 1000).")
  private int rate;

  @Option(names = "--seconds", defaultValue = "60", description = "Of load (default: 60).")
  private int seconds;

  @Option(
      names = "--seal-age",
      defaultValue = "2s",
      description = "A segment is sealed so long after its first commit (default: 2s, as shipped).")
  private String sealAge = "2s";

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  /** A commit that is looked for: its position is not after {@code lsn}. */
  private record Sample(Instant acknowledged, Lsn lsn) {}

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try (var stack =
        LocalStack.open(
            root.resolve("data"),
            27200,
            Map.of("snapshot-worker.holdfast.capture.seal-age", sealAge),
            System.out)) {
      stack.start(
          () -> {
            try (Connection connection = connect(stack)) {
              PgbenchData.load(connection, scale);
            } catch (SQLException e) {
              throw new IllegalStateException(e);
            }
          });
      try (var watch = RegionWatch.start(stack, REGION)) {
        report(watch, run(stack));
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private List<Sample> run(LocalStack stack) throws Exception {
    Instant end = Instant.now().plusSeconds(seconds);
    List<Sample> samples = new ArrayList<>();
    long done = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<List<Sample>>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(() -> client(stack, end)));
      }
      for (Future<List<Sample>> client : clients) {
        samples.addAll(client.get());
      }
    }
    try (Connection connection = connect(stack);
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM pgbench_history")) {
      row.next();
      done = row.getLong(1);
    }
    System.out.printf(
        Locale.ROOT,
        "scale %d, %d clients, asked for %d transactions/s, reached %.0f over %d s; seal interval %s;"
            + " PostgreSQL 15 with a standby, three S3 endpoints, Kafka and six services on"
            + " the same %d cores%n",
        scale,
        CLIENTS,
        rate,
        done / (double) seconds,
        seconds,
        sealAge,
        Runtime.getRuntime().availableProcessors());
    return samples;
  }

  private List<Sample> client(LocalStack stack, Instant end) throws SQLException {
    List<Sample> samples = new ArrayList<>();
    long pause = 1_000_000_000L * CLIENTS / rate;
    // Some forty a second, or all.
    int every = Math.max(1, rate / 40);
    try (TpcB load = new TpcB(connect(stack), scale);
        PreparedStatement position =
            load.connection().prepareStatement("SELECT pg_current_wal_insert_lsn()::text")) {
      long next = System.nanoTime();
      for (long i = 0; Instant.now().isBefore(end); i++) {
        load.transaction();
        if (i % every == 0) {
          Instant acknowledged = Instant.now();
          try (ResultSet row = position.executeQuery()) {
            row.next();
            samples.add(new Sample(acknowledged, Lsn.parse(row.getString(1))));
          }
          load.connection().commit();
        }
        next = Math.max(next + pause, System.nanoTime() - 1_000_000_000L);
        long wait = next - System.nanoTime();
        if (wait > 0) {
          java.util.concurrent.locks.LockSupport.parkNanos(wait);
        }
      }
    }
    return samples;
  }

  private static Connection connect(LocalStack stack) throws SQLException {
    return DriverManager.getConnection(
        stack.source().jdbc(), stack.owner().user(), stack.owner().password().reveal());
  }

  private void report(RegionWatch watch, List<Sample> samples) throws InterruptedException {
    var figures = new Figures("commit to durable in " + REGION);
    Instant giveUp = Instant.now().plusSeconds(60);
    int missing = 0;
    for (Sample sample : samples) {
      Optional<Instant> durable = watch.durableAt(sample.lsn(), 1);
      while (durable.isEmpty() && Instant.now().isBefore(giveUp)) {
        Thread.sleep(100);
        durable = watch.durableAt(sample.lsn(), 1);
      }
      if (durable.isPresent()) {
        figures.add(Duration.between(sample.acknowledged(), durable.get()));
      } else {
        // The last ones: nothing committed after them, so no segment had to end behind them.
        missing++;
      }
    }
    System.out.printf(
        Locale.ROOT,
        "%d samples: p50 %.2f s, p99 %.2f s, max %.2f s; looked for every 0.1 s; %d after the last"
            + " commit not covered by one%n",
        samples.size() - missing,
        figures.median(),
        figures.quantile(0.99),
        figures.quantile(1),
        missing);
  }
}
