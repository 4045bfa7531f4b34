/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedPostgres;
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
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Seconds from a commit's acknowledgement to its manifest in the primary region, under load. */
@Command(
    name = "commit-to-durable",
    description =
        "The whole suite on this machine, or the worker alone; TPC-B-like transactions at a rate;"
            + " seconds from a commit's acknowledgement until the primary region's chain covers it.")
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
      names = "--warm-up",
      defaultValue = "10",
      description = "Seconds of load before those, which are not counted (default: 10).")
  private int warmUp;

  @Option(
      names = "--alone",
      description = "The worker only, with a vault in a folder; no standby, S3, Kafka or others.")
  private boolean alone;

  @Option(
      names = "--seal-age",
      defaultValue = "2s",
      description = "A segment is sealed so long after its first commit (default: 2s, as shipped).")
  private String sealAge = "2s";

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  /** A commit that is looked for: its position is not after {@code lsn}. */
  private record Sample(Instant acknowledged, Lsn lsn) {}

  /** Connections to the source. */
  private interface Source {
    Connection connect() throws SQLException;
  }

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try {
      if (alone) {
        alone(root);
      } else {
        suite(root);
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private void suite(Path root) throws Exception {
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
        List<Sample> samples =
            run(
                () -> connect(stack),
                "PostgreSQL 15 with a standby, three S3 endpoints, Kafka and six services");
        report(lsn -> watch.durableAt(lsn, 1), samples, "0.1 s");
      }
    }
  }

  private void alone(Path root) throws Exception {
    try (EmbeddedPostgres postgres =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(root.resolve("pg")).setting("wal_level", "logical"))) {
      postgres.execute("postgres", "CREATE DATABASE bench");
      try (Connection connection = postgres.connect("bench")) {
        PgbenchData.load(connection, scale);
      }
      try (LoneWorker worker =
          new LoneWorker(
              postgres, "bench", Files.createDirectories(root.resolve("worker")), sealAge)) {
        worker.start();
        worker.awaitBase();
        worker.awaitSealed();
        try (LoneWorker.Watch watch = worker.watch()) {
          List<Sample> samples =
              run(() -> postgres.connect("bench"), "PostgreSQL 15 and the worker");
          report(watch::durableAt, samples, "0.02 s");
        }
      }
    }
  }

  private List<Sample> run(Source source, String beside) throws Exception {
    load(source, warmUp);
    long before = transactions(source);
    List<Sample> samples = load(source, seconds);
    System.out.printf(
        Locale.ROOT,
        "scale %d, %d clients, asked for %d transactions/s, reached %.0f over %d s after %d s of"
            + " warming up; seal interval %s; %s on the same %d cores%n",
        scale,
        CLIENTS,
        rate,
        (transactions(source) - before) / (double) seconds,
        seconds,
        warmUp,
        sealAge,
        beside,
        Runtime.getRuntime().availableProcessors());
    return samples;
  }

  private static long transactions(Source source) throws SQLException {
    try (Connection connection = source.connect();
        var statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM pgbench_history")) {
      row.next();
      return row.getLong(1);
    }
  }

  private List<Sample> load(Source source, int seconds) throws Exception {
    Instant end = Instant.now().plusSeconds(seconds);
    List<Sample> samples = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<List<Sample>>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        clients.add(threads.submit(() -> client(source, end)));
      }
      for (Future<List<Sample>> client : clients) {
        samples.addAll(client.get());
      }
    }
    return samples;
  }

  private List<Sample> client(Source source, Instant end) throws SQLException {
    List<Sample> samples = new ArrayList<>();
    long pause = 1_000_000_000L * CLIENTS / rate;
    // Some forty a second, or all.
    int every = Math.max(1, rate / 40);
    try (TpcB load = new TpcB(source.connect(), scale);
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
          LockSupport.parkNanos(wait);
        }
      }
    }
    return samples;
  }

  private static Connection connect(LocalStack stack) throws SQLException {
    return DriverManager.getConnection(
        stack.source().jdbc(), stack.owner().user(), stack.owner().password().reveal());
  }

  private static void report(
      Function<Lsn, Optional<Instant>> durableAt, List<Sample> samples, String looked)
      throws InterruptedException {
    var figures = new Figures("commit to durable");
    Instant giveUp = Instant.now().plusSeconds(60);
    int missing = 0;
    for (Sample sample : samples) {
      Optional<Instant> durable = durableAt.apply(sample.lsn());
      while (durable.isEmpty() && Instant.now().isBefore(giveUp)) {
        Thread.sleep(100);
        durable = durableAt.apply(sample.lsn());
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
        "%d samples: p50 %.2f s, p99 %.2f s, max %.2f s; looked for every %s; %d after the last"
            + " commit not covered by one%n",
        samples.size() - missing,
        figures.median(),
        figures.quantile(0.99),
        figures.quantile(1),
        looked,
        missing);
  }
}
