/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Known ways of logical decoding to lose changes or to double them. */
class CaptureTrapsIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres =
      servers.newPostgres(options -> options.setting("max_prepared_transactions", "5"));
  private RoundTrip trip;
  private CaptureRig rig;

  @BeforeEach
  void prepare() throws Exception {
    trip = new RoundTrip(folder, postgres);
    rig = trip.rig;
    trip.run("CREATE TABLE public.t (id int PRIMARY KEY, v text)");
  }

  @AfterEach
  void clear() throws Exception {
    trip.close();
    postgres.execute("postgres", "DROP DATABASE IF EXISTS restored WITH (FORCE)");
  }

  @Test
  void markersInsideOfAnOpenTransactionDoNotPassIt() throws Exception {
    trip.protect();
    try (Connection connection = postgres.connect("app");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO public.t SELECT i, 'open' FROM generate_series(1, 1000) i");
      // Each is a commit of its own that is sealed and acknowledged past the open one's rows.
      rig.sealed();
      statement.execute("INSERT INTO public.t SELECT i, 'open' FROM generate_series(1001, 2000) i");
      trip.run("INSERT INTO public.t VALUES (-1, 'beside')");
      rig.sealed();
      rig.stop();
      rig.start();
      trip.streaming();
      rig.sealed();
      // A client's own message is none of ours, whatever it is called.
      statement.execute("SELECT pg_logical_emit_message(true, 'holdfast', 'not a marker')");
      connection.commit();
    }
    trip.restoreAndCompareRows("restored");
    assertThat(rig.ask("SELECT count(*) FROM public.t")).isEqualTo("2001");
    assertGoneOn();
  }

  @Test
  void aStreamThatBreaksAgainAndAgainUnderLoadDoublesAndLosesNothing() throws Exception {
    trip.protect();
    AtomicBoolean stop = new AtomicBoolean();
    AtomicInteger ids = new AtomicInteger();
    try (ExecutorService load = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> writing =
          load.submit(
              () -> {
                try (Connection connection = postgres.connect("app");
                    Statement statement = connection.createStatement()) {
                  while (!stop.get()) {
                    statement.execute(
                        "INSERT INTO public.t SELECT i, 'x' FROM generate_series("
                            + ids.addAndGet(50)
                            + ", "
                            + (ids.get() + 49)
                            + ") i");
                  }
                }
                return null;
              });
      try {
        for (int i = 0; i < 5; i++) {
          Eventually.soon()
              .asserted(
                  () ->
                      assertThat(
                              rig.ask(
                                  "SELECT count(pg_terminate_backend(active_pid)) FROM"
                                      + " pg_replication_slots WHERE active"))
                          .isEqualTo("1"));
          int sealed = rig.entries(SegmentSealed.class).size();
          Eventually.within(Duration.ofSeconds(60))
              .is("sealing goes on", () -> rig.entries(SegmentSealed.class).size() > sealed);
        }
      } finally {
        stop.set(true);
      }
      writing.get();
    }
    trip.restoreAndCompareRows("restored");
    assertThat(rig.entries(SegmentSealed.class).stream().mapToLong(SegmentSealed::changes).sum())
        .as("changes, each once")
        .isEqualTo(ids.get());
    assertGoneOn();
  }

  @Test
  void aSlotThatSomebodyAdvancedIsAHoleAndANewBase() throws Exception {
    trip.protect();
    rig.sealed();
    rig.stop();
    trip.run("INSERT INTO public.t VALUES (1, 'thrown away')");
    Eventually.soon()
        .asserted(
            () ->
                trip.run(
                    "SELECT pg_replication_slot_advance('holdfast_main',"
                        + " pg_current_wal_insert_lsn())"));
    rig.start();
    assertStartedOver("recreated or advanced by someone else");
  }

  @Test
  void logThatASourceGaveUpWhileTheWorkerWasDownIsAHoleAndANewBase() throws Exception {
    postgres.execute(
        "postgres", "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'", "SELECT pg_reload_conf()");
    try {
      trip.protect();
      rig.sealed();
      rig.stop();
      trip.run("INSERT INTO public.t VALUES (1, 'given up')");
      for (int i = 0; i < 4; i++) {
        trip.run("INSERT INTO public.t VALUES (" + (10 + i) + ", 'x')", "SELECT pg_switch_wal()");
      }
      trip.run("CHECKPOINT");
      Eventually.soon()
          .asserted(
              () ->
                  assertThat(rig.ask("SELECT wal_status FROM pg_replication_slots"))
                      .isEqualTo("lost"));
      rig.start();
      assertStartedOver("wal_status = lost");
    } finally {
      postgres.execute(
          "postgres", "ALTER SYSTEM RESET max_slot_wal_keep_size", "SELECT pg_reload_conf()");
    }
  }

  @Test
  void logThatIsKeptWhileTheWorkerIsDownIsCaughtUpAndShown() throws Exception {
    trip.protect();
    rig.sealed();
    rig.stop();
    trip.run("INSERT INTO public.t SELECT i, repeat('x', 1000) FROM generate_series(1, 5000) i");
    long retained =
        Long.parseLong(
            rig.ask(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)::bigint"
                    + " FROM pg_replication_slots"));
    assertThat(retained).isGreaterThan(5_000_000);
    rig.start();
    trip.streaming();
    Eventually.soon()
        .asserted(() -> assertThat(rig.running().status().retainedWalBytes()).isPresent());
    trip.restoreAndCompareRows("restored");
    assertGoneOn();
  }

  private void assertStartedOver(String reason) throws Exception {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(BaseSealed.class)).hasSize(2));
    trip.streaming();
    assertThat(rig.entries(HoleRecorded.class))
        .singleElement()
        .satisfies(hole -> assertThat(hole.reason()).contains(reason));
    trip.restoreAndCompareRows("restored");
  }

  private void assertGoneOn() {
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
  }
}
