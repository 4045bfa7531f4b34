/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.bench;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.embedded.Folders;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlanner;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.Selection;
import dev.holdfast.postgres.restore.TargetDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Restores of a base, of a base and changes, and of one table, in turns with what others take. */
@Command(
    name = "restore",
    description =
        "Restores of pgbench's tables from a vault in a folder into a new database of the same server:"
            + " the base, one table of it, and the base with transactions on top; against"
            + " 'pg_restore -j2' and against bare COPY of decrypted files with the same keys after it.")
final class RestoreBench implements Callable<Integer> {

  private static final Selection ONE_TABLE = new Selection(List.of("public.one_percent"));

  @Option(names = "--scale", defaultValue = "150", description = "15 MB each (default: 150).")
  private int scale;

  @Option(
      names = "--transactions",
      defaultValue = "600000",
      description = "Of four row changes each, on top of the base (default: 600000).")
  private int transactions;

  @Option(names = "--runs", defaultValue = "3", description = "Of each (default: 3).")
  private int runs;

  @Option(names = "--dir", description = "For all data (default: a temporary folder).")
  private @Nullable Path dir;

  @Override
  public Integer call() throws Exception {
    Path root = dir == null ? Files.createTempDirectory("holdfast-bench-") : dir;
    try (EmbeddedPostgres postgres =
            EmbeddedPostgres.start(
                PgBackRest.archiving(
                    EmbeddedPostgres.Options.in(root.resolve("pg"))
                        .setting("wal_level", "logical")
                        .setting("shared_buffers", "1GB")
                        .setting("maintenance_work_mem", "256MB")
                        .setting("max_wal_size", "8GB"),
                    root));
        LoneWorker worker = prepared(postgres, root)) {
      System.out.printf(
          Locale.ROOT,
          "pgbench tables, scale %d, filler of hashes and words, a table of 1 %% of the accounts;"
              + " PostgreSQL 15, fsync on, wal_level logical; %d cores; 2 connections each; all data"
              + " in %s%n",
          scale,
          Runtime.getRuntime().availableProcessors(),
          root);
      worker.start();
      worker.awaitBase();
      worker.awaitSealed();
      worker.stop();
      Optional<PgBackRest> files = PgBackRest.beside(postgres, root);
      System.out.println(Figures.header());
      if (files.isPresent()) {
        files.get().backup();
        files.get().archived();
      }
      base(postgres, worker, root, files);
      unlogged(worker, root);
      if (transactions > 0) {
        changes(postgres, worker, transactions, files);
        changes(postgres, worker, 9 * transactions, Optional.empty());
      }
      if (files.isEmpty()) {
        System.out.println("skipped: pgBackRest is not installed");
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private LoneWorker prepared(EmbeddedPostgres postgres, Path root) throws Exception {
    postgres.execute("postgres", "CREATE DATABASE bench");
    try (Connection connection = postgres.connect("bench");
        Statement statement = connection.createStatement()) {
      PgbenchData.load(connection, scale);
      statement.execute(
          "CREATE TABLE one_percent AS SELECT * FROM pgbench_accounts WHERE aid % 100 = 0");
      statement.execute("ALTER TABLE one_percent ADD PRIMARY KEY (aid)");
      statement.execute("CHECKPOINT");
    }
    return new LoneWorker(postgres, "bench", Files.createDirectories(root.resolve("worker")), "2s");
  }

  private void base(
      EmbeddedPostgres postgres, LoneWorker worker, Path root, Optional<PgBackRest> files)
      throws Exception {
    Shell shell = Shell.to(postgres, root.resolve("shell.log"));
    Path dump = root.resolve("dump");
    shell.time("pg_dump -Fd -j2 -d bench -f " + dump);
    boolean pipeline = Shell.has("zstd") && Shell.has("openssl") && Shell.has("psql");
    if (pipeline) {
      shell.time(half(root, "aid % 2 = 0", 1), half(root, "aid % 2 = 1", 2));
    }
    Figures ours = new Figures("holdfast, the base");
    Figures unverified = new Figures("holdfast, the base, before its verification");
    Figures table = new Figures("holdfast, one table of 1 %");
    Figures restore = new Figures("pg_restore -j2");
    Figures ofFiles = new Figures("pgbackrest restore, of the whole server");
    Figures copy = new Figures("openssl -d | unzstd | COPY, then the key");
    Phases phases = new Phases();
    // The first of each warms caches and is not counted.
    for (int run = 0; run <= runs; run++) {
      phases = new Phases();
      Duration took = restored(postgres, worker, Selection.ALL, phases);
      ours.addAfterFirst(run, took);
      unverified.addAfterFirst(run, took.minus(phases.of(RestoreProgress.Phase.VERIFY)));
      table.addAfterFirst(run, restored(postgres, worker, ONE_TABLE));
      postgres.execute("postgres", "CREATE DATABASE other");
      restore.addAfterFirst(run, shell.time("pg_restore -j2 -d other " + dump));
      postgres.execute("postgres", "DROP DATABASE other");
      if (pipeline) {
        copy.addAfterFirst(run, copied(postgres, shell, root));
      }
      if (files.isPresent()) {
        ofFiles.addAfterFirst(run, files.get().restored());
      }
    }
    Folders.delete(dump);
    System.out.println(ours.row());
    System.out.println(phases.row());
    System.out.println(unverified.row());
    System.out.println(table.row());
    System.out.println(restore.row());
    System.out.println(Figures.ratio("holdfast / pg_restore -j2", ours, restore));
    System.out.println(Figures.ratio("  before its verification", unverified, restore));
    if (files.isPresent()) {
      System.out.println(ofFiles.row());
      System.out.println(Figures.ratio("holdfast / pgbackrest", ours, ofFiles));
    }
    if (pipeline) {
      System.out.println(copy.row());
      System.out.println(Figures.ratio("holdfast / COPY", ours, copy));
      System.out.println(Figures.ratio("  before its verification", unverified, copy));
    } else {
      System.out.println("skipped: the COPY pipeline needs psql, zstd and openssl");
    }
  }

  /** On a server that logs nothing of new rows. */
  private void unlogged(LoneWorker worker, Path root) throws Exception {
    try (EmbeddedPostgres minimal =
        EmbeddedPostgres.start(
            EmbeddedPostgres.Options.in(root.resolve("minimal"))
                .setting("wal_level", "minimal")
                .setting("max_wal_senders", "0")
                .setting("shared_buffers", "1GB")
                .setting("maintenance_work_mem", "256MB")
                .setting("max_wal_size", "8GB"))) {
      Figures ours = new Figures("holdfast, the base, wal_level minimal");
      for (int run = 0; run <= runs; run++) {
        ours.addAfterFirst(run, restored(minimal, worker, Selection.ALL));
      }
      System.out.println(ours.row());
    } finally {
      Folders.delete(root.resolve("minimal"));
    }
  }

  private static String half(Path root, String which, int number) {
    return "psql -d bench -qc \"COPY (SELECT * FROM pgbench_accounts WHERE "
        + which
        + ") TO STDOUT\" | zstd -1 -q | openssl enc -aes-256-ctr -pass pass:x -iter 1 -out "
        + root.resolve("half-" + number);
  }

  /** The accounts only, which are nearly all: what a restore cannot be faster than. */
  private static Duration copied(EmbeddedPostgres postgres, Shell shell, Path root)
      throws Exception {
    postgres.execute("postgres", "CREATE DATABASE other");
    postgres.execute(
        "other", "CREATE TABLE accounts (aid int, bid int, abalance int, filler char(84))");
    String half =
        "openssl enc -d -aes-256-ctr -pass pass:x -iter 1 -in %s | zstd -dq | psql -d other -qc"
            + " \"COPY accounts FROM STDIN\"";
    Duration took =
        shell
            .time(half.formatted(root.resolve("half-1")), half.formatted(root.resolve("half-2")))
            .plus(shell.time("psql -d other -qc 'ALTER TABLE accounts ADD PRIMARY KEY (aid)'"));
    postgres.execute("postgres", "DROP DATABASE other");
    return took;
  }

  private void changes(
      EmbeddedPostgres postgres, LoneWorker worker, int more, Optional<PgBackRest> files)
      throws Exception {
    worker.start();
    worker.awaitSealed();
    if (files.isPresent()) {
      files.get().backup();
    }
    try (Connection connection = postgres.connect("bench");
        Statement statement = connection.createStatement()) {
      statement.execute("SET synchronous_commit = off");
      // The same keys, whatever the number of transactions.
      statement.execute(
          """
          DO $$ BEGIN FOR i IN 1..%d LOOP
            UPDATE pgbench_accounts SET abalance = abalance + 1
              WHERE aid = 1 + (i::bigint * 7919) %% 600000;
            UPDATE pgbench_tellers SET tbalance = tbalance + 1 WHERE tid = 1 + i %% %d;
            UPDATE pgbench_branches SET bbalance = bbalance + 1 WHERE bid = 1 + i %% %d;
            UPDATE one_percent SET abalance = abalance + 1 WHERE aid = 100 * (1 + i %% 1000);
            COMMIT;
          END LOOP; END $$
          """
              .formatted(more, 10 * scale, scale));
    }
    worker.awaitSealed();
    worker.stop();
    Figures replayed = new Figures("pgbackrest restore and replay of those");
    if (files.isPresent()) {
      files.get().archived();
    }
    Figures latest = new Figures("holdfast, %,d transactions more".formatted(more));
    Phases phases = new Phases();
    for (int run = 0; run < runs; run++) {
      phases = new Phases();
      latest.add(restored(postgres, worker, Selection.ALL, phases));
      if (files.isPresent()) {
        replayed.add(files.get().restored());
      }
    }
    System.out.println(latest.row());
    System.out.println(phases.row());
    if (files.isPresent()) {
      System.out.println(replayed.row());
      System.out.println(Figures.ratio("holdfast / pgbackrest", latest, replayed));
    }
  }

  private static Duration restored(
      EmbeddedPostgres postgres, LoneWorker worker, Selection selection) throws Exception {
    return restored(postgres, worker, selection, new Phases());
  }

  private static Duration restored(
      EmbeddedPostgres postgres, LoneWorker worker, Selection selection, Phases phases)
      throws Exception {
    RestorePlan plan =
        RestorePlanner.plan(
            worker.chain(), new RestoreTarget.Latest(), InstantSource.system().instant());
    if (!(plan instanceof RestorePlan.Reachable reachable)) {
      throw new IllegalStateException(plan.describe());
    }
    RestoreReport report =
        new RestoreEngine(InstantSource.system())
            .restore(
                worker.reader(),
                worker.identity(),
                reachable,
                new TargetDatabase(
                    DatabaseUrl.parse(postgres.jdbcUrl("restored")),
                    new Credentials(EmbeddedPostgres.SUPERUSER, postgres.password())),
                RestoreOptions.defaults().only(selection),
                phases);
    dropped(postgres);
    return report.took();
  }

  /** Where the time of a restore goes. */
  private static final class Phases implements RestoreProgress.Listener {
    private final Map<RestoreProgress.Phase, Double> seconds =
        new EnumMap<>(RestoreProgress.Phase.class);
    private RestoreProgress.@Nullable Phase phase;
    private long since;

    @Override
    public void on(RestoreProgress progress) {
      if (progress.phase() != phase) {
        long now = System.nanoTime();
        if (phase != null) {
          seconds.merge(phase, (now - since) / 1e9, Double::sum);
        }
        phase = progress.phase();
        since = now;
      }
    }

    Duration of(RestoreProgress.Phase wanted) {
      return Duration.ofNanos(Math.round(seconds.getOrDefault(wanted, 0.0) * 1e9));
    }

    String row() {
      return seconds.entrySet().stream()
          .map(e -> String.format(Locale.ROOT, "%s %.1f s", e.getKey(), e.getValue()))
          .collect(Collectors.joining(", ", "  of the last run: ", ""))
          .toLowerCase(Locale.ROOT);
    }
  }

  private static void dropped(EmbeddedPostgres postgres) throws SQLException {
    postgres.execute("postgres", "DROP DATABASE restored", "CHECKPOINT");
  }
}
