/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlanner;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A standby that takes over: what the chain has beyond it, and what it has beyond the chain. */
class PromotionIT {

  @RegisterExtension final TestServers servers = new TestServers();

  @TempDir Path folder;

  private EmbeddedPostgres primary;
  private EmbeddedPostgres standby;
  private CaptureRig rig;

  @BeforeEach
  void start() throws Exception {
    primary = servers.newPostgres();
    primary.execute("postgres", "CREATE DATABASE app");
    primary.execute("app", "CREATE TABLE public.t (id int PRIMARY KEY, v text)");
    standby = servers.standbyOf(primary);
    rig = new CaptureRig(folder, primary, standby);
    rig.start();
    rig.awaitStreaming();
    primary.execute("app", "INSERT INTO public.t VALUES (1, 'before')");
    rig.sealed();
  }

  @AfterEach
  void stop() {
    rig.close();
    // One pair for each test: nothing else ends it.
    servers.close();
  }

  @Test
  void whatTheVaultHasBeyondTheForkIsOrphanedAndTheChainGoesOn() throws Exception {
    standbyHasAll();
    standby.stop();
    primary.execute(
        "app",
        "INSERT INTO public.t VALUES (2, 'only the vault has this')",
        "UPDATE public.t SET v = 'changed' WHERE id = 1");
    RestorePoint orphan =
        rig.running()
            .restorePoint(new PointRequest(new PointName("orphan"), "ada", "run-1"))
            .join()
            .entry();
    Lsn ahead = rig.sealed().through().lsn();
    primary.kill9();
    standby.start();
    promote();
    prepareCapture(0);
    standby.execute("app", "INSERT INTO public.t VALUES (2, 'after the promotion')");
    awaitTimeline(2);

    TimelineSwitched switched = rig.entries(TimelineSwitched.class).getFirst();
    assertThat(switched.fork()).isLessThan(ahead);
    assertThat(switched.orphanedTransactions()).isEqualTo(2);
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertThat(
            RestorePlanner.plan(
                rig.chain(),
                new RestoreTarget.AtPoint(orphan.name(), orphan.position()),
                Instant.now()))
        .isInstanceOfSatisfying(
            RestorePlan.Orphaned.class,
            refused -> {
              assertThat(refused.fork().lsn()).isEqualTo(switched.fork());
              assertThat(refused.before().position().lsn()).isEqualTo(switched.fork());
              assertThat(refused.describe()).contains("restore point 'orphan' was orphaned");
            });
    assertRestoredEqualsTheNewPrimary();
  }

  @Test
  void aForkThatTheVaultHasNotReachedIsNoHoleWhenNothingWasCommittedInBetween() throws Exception {
    rig.stop();
    primary.execute("app", "SELECT pg_switch_wal()", "CHECKPOINT");
    standbyHasAll();
    primary.kill9();
    promote();
    prepareCapture(0);
    rig.start();
    standby.execute("app", "INSERT INTO public.t VALUES (2, 'after the promotion')");
    awaitTimeline(2);

    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestoredEqualsTheNewPrimary();
  }

  @Test
  void commitsThatOnlyTheNewPrimaryHasAreAHoleAndInTheNewBase() throws Exception {
    rig.stop();
    primary.execute("app", "INSERT INTO public.t VALUES (2, 'only the standby has this')");
    standbyHasAll();
    primary.kill9();
    promote();
    prepareCapture(0);
    rig.start();
    awaitSecondBase();

    assertThat(rig.entries(HoleRecorded.class))
        .singleElement()
        .satisfies(
            hole -> assertThat(hole.reason()).contains("transactions were committed in between"));
    standby.execute("app", "INSERT INTO public.t VALUES (3, 'after the promotion')");
    rig.sealed();
    assertRestoredEqualsTheNewPrimary();
  }

  @Test
  void aSlotThatCameAfterTheFirstTransactionsIsAHole() throws Exception {
    standbyHasAll();
    primary.kill9();
    promote();
    prepareCapture(3);
    awaitSecondBase();

    assertThat(rig.entries(HoleRecorded.class))
        .singleElement()
        .satisfies(
            hole ->
                assertThat(hole.reason())
                    .contains("transactions began on it before its slot was created (3)"));
    assertRestoredEqualsTheNewPrimary();
  }

  @Test
  void aPromotionThatNobodyPreparedIsWaitedForAndThenAHole() throws Exception {
    rig.stop();
    standbyHasAll();
    primary.kill9();
    promote();
    standby.execute("app", "INSERT INTO public.t VALUES (2, 'nobody held the writes')");
    rig.start();
    Eventually.soon()
        .asserted(
            () ->
                assertThat(rig.running().status().state().detail())
                    .contains("its slot and the note of the promotion are awaited"));
    awaitSecondBase();

    assertThat(rig.entries(HoleRecorded.class))
        .singleElement()
        .satisfies(hole -> assertThat(hole.reason()).contains("no slot was created on it"));
    assertRestoredEqualsTheNewPrimary();
  }

  private void standbyHasAll() throws Exception {
    String written = primaryValue("SELECT pg_current_wal_insert_lsn()");
    Eventually.soon()
        .is(
            "the standby has received all",
            () ->
                value(standby, "SELECT pg_last_wal_receive_lsn() >= '" + written + "'::pg_lsn")
                    .equals("t"));
  }

  private String primaryValue(String query) throws Exception {
    return value(primary, query);
  }

  private static String value(EmbeddedPostgres server, String query) throws Exception {
    try (Connection connection = server.connect("app");
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private void promote() throws Exception {
    assertThat(value(standby, "SELECT pg_promote()")).isEqualTo("t");
  }

  /** As the recovery orchestrator does it, before it lets clients in. */
  private void prepareCapture(long transactionsBefore) throws Exception {
    standby.execute(
        "app",
        "SELECT pg_create_logical_replication_slot('holdfast_main', 'pgoutput')",
        """
        INSERT INTO holdfast.promotion (slot, timeline, fork, xids_between, at)
        SELECT 'holdfast_main', 2, '%s', %d, now()
        """
            .formatted(fork(), transactionsBefore));
  }

  private String fork() throws Exception {
    String history = value(standby, "SELECT pg_read_file('pg_wal/00000002.history')");
    return history.strip().split("\\s+")[1];
  }

  private void awaitTimeline(int timeline) {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () ->
                assertThat(rig.entries(SegmentSealed.class).getLast().timeline())
                    .isEqualTo(timeline));
    rig.awaitStreaming();
    rig.sealed();
  }

  private void awaitSecondBase() {
    Eventually.within(Duration.ofSeconds(90))
        .asserted(() -> assertThat(rig.entries(BaseSealed.class)).hasSize(2));
    rig.awaitStreaming();
    rig.sealed();
  }

  private void assertRestoredEqualsTheNewPrimary() throws Exception {
    DatabaseImage image;
    try (Connection connection = standby.connect("app")) {
      image = DatabaseImage.of(connection);
    }
    rig.sealed();
    RestoredImages.assertSame(
        rig, standby, (RestorePlan.Reachable) RestoredImages.plan(rig, image), image);
  }
}
