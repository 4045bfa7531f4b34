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
import java.sql.Statement;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How fast the worker turns a slot's backlog into sealed segments, and one huge transaction. */
@Command(
    name = "capture",
    description =
        "Row changes a second from a slot's backlog to sealed, encrypted segments in a folder, and"
            + " what one huge transaction costs: lag after its commit and the worker's memory."
            + " PostgreSQL runs on the same processors.")
final class CaptureBench implements Callable<Integer> {

  private static final int ROWS_OF_TRANSACTION = 100;

  @Option(
      names = "--changes",
      defaultValue = "2000000",
      description = "Row changes of the backlog, half inserts, half updates (default: 2000000).")
  private int changes;

  @Option(
      names = "--transaction-rows",
      defaultValue = "5000000",
      description = "Rows that one transaction inserts; 0 leaves it out (default: 5000000).")
  private int transactionRows;

  @Option(names = "--runs", defaultValue = "3", description = "Of the backlog (default: 3).")
  private int runs;

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
                    .setting("max_wal_size", "16GB"));
        LoneWorker worker = prepared(postgres, root);
        Connection connection = postgres.connect("bench");
        Statement statement = connection.createStatement()) {
      System.out.printf(
          Locale.ROOT,
          "PostgreSQL 15 with fsync, the worker as shipped (heap 512 MiB, seal after 2 s, vault in a"
              + " folder), both on %d cores; all data in %s%n",
          Runtime.getRuntime().availableProcessors(),
          root);
      backlog(worker, statement);
      if (transactionRows > 0) {
        large(worker, statement);
      }
    } finally {
      Folders.delete(root);
    }
    return 0;
  }

  private static LoneWorker prepared(EmbeddedPostgres postgres, Path root) throws Exception {
    postgres.execute("postgres", "CREATE DATABASE bench");
    postgres.execute(
        "bench", "CREATE TABLE changes (id bigint PRIMARY KEY, n int NOT NULL, v text NOT NULL)");
    return new LoneWorker(postgres, "bench", Files.createDirectories(root.resolve("worker")), "2s");
  }

  private void backlog(LoneWorker worker, Statement statement) throws Exception {
    worker.start();
    worker.awaitBase();
    Figures all = new Figures("start of the worker to all of the backlog sealed");
    Figures start = new Figures("the same without a backlog");
    double cpu = 0;
    long before = worker.storedBytes();
    for (int run = 0; run < runs; run++) {
      worker.stop();
      // One row: a heartbeat alone is no reason to seal.
      statement.execute("INSERT INTO changes VALUES (-1 - " + run + ", 0, '')");
      worker.start();
      start.add(worker.awaitSealed());
      worker.stop();
      write(statement, run);
      worker.start();
      all.add(worker.awaitSealed());
      cpu = worker.cpuSeconds();
    }
    System.out.println(Figures.header());
    System.out.println(start.row());
    System.out.println(all.row());
    System.out.printf(
        Locale.ROOT,
        "%,d row changes in transactions of %d: %,.0f changes/s (difference of the medians); the worker used %.1f s of CPU"
            + " in the last run; %.1f bytes stored a change%n",
        changes,
        2 * ROWS_OF_TRANSACTION,
        changes / (all.median() - start.median()),
        cpu,
        (worker.storedBytes() - before) / (double) changes / runs);
  }

  /** Inserts rows and updates each of them, in small transactions. */
  private void write(Statement statement, int run) throws SQLException {
    int transactions = changes / 2 / ROWS_OF_TRANSACTION;
    statement.execute(
        """
        DO $$ BEGIN FOR i IN 0..%d LOOP
          INSERT INTO changes SELECT %d::bigint * 100000000 + i * %d + g, 0,
            md5(g::text || i) || ' lorem ipsum dolor sit amet' FROM generate_series(1, %d) g;
          UPDATE changes SET n = n + 1
            WHERE id BETWEEN %d::bigint * 100000000 + i * %d + 1
                         AND %d::bigint * 100000000 + i * %d + %d;
          COMMIT;
        END LOOP; END $$
        """
            .formatted(
                transactions - 1,
                run,
                ROWS_OF_TRANSACTION,
                ROWS_OF_TRANSACTION,
                run,
                ROWS_OF_TRANSACTION,
                run,
                ROWS_OF_TRANSACTION,
                ROWS_OF_TRANSACTION));
  }

  private void large(LoneWorker worker, Statement statement) throws Exception {
    long before = worker.peakResidentKib();
    long begun = System.nanoTime();
    statement.execute(
        "INSERT INTO changes SELECT 900000000000 + g, 0, md5(g::text) || ' lorem ipsum dolor sit"
            + " amet' FROM generate_series(1, "
            + transactionRows
            + ") g");
    double written = (System.nanoTime() - begun) / 1e9;
    Duration lag = worker.awaitSealed();
    System.out.printf(
        Locale.ROOT,
        "one transaction of %,d rows: written in %.1f s, sealed %.1f s after its commit; at most %d MiB"
            + " of the worker resident (%d MiB before it)%n",
        transactionRows,
        written,
        lag.toMillis() / 1000.0,
        worker.peakResidentKib() >> 10,
        before >> 10);
  }
}
