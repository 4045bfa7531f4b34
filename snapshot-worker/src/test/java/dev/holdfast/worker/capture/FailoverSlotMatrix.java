/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Finding;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** From PostgreSQL 17 on the slot comes along with a standby. */
@EnabledIfSystemProperty(
    named = NewerPostgresCondition.MAJOR,
    matches = "17|18",
    disabledReason = "slots come along from PostgreSQL 17 on")
class FailoverSlotMatrix {

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
    standby.execute(
        "postgres",
        "ALTER SYSTEM SET hot_standby_feedback = on",
        "ALTER SYSTEM SET sync_replication_slots = on",
        "ALTER SYSTEM SET primary_conninfo = '"
            + value(standby, "SHOW primary_conninfo").replace("'", "''")
            + " dbname=app'",
        "SELECT pg_reload_conf()");
    rig = new CaptureRig(folder, primary, standby);
    rig.start();
    rig.awaitStreaming();
    primary.execute("app", "INSERT INTO public.t VALUES (1, 'before')");
    Eventually.within(Duration.ofSeconds(90))
        .asserted(
            () -> {
              // The slot is only carried over when what it needs of the catalog is no older than
              // what the standby has: it has to move on.
              primary.execute(
                  "app", "SELECT pg_log_standby_snapshot()", "UPDATE public.t SET v = v || '.'");
              rig.sealed();
              assertThat(
                      value(
                          standby,
                          "SELECT synced AND NOT temporary AND failover FROM pg_replication_slots"
                              + " WHERE slot_name = 'holdfast_main'"))
                  .isEqualTo("t");
            });
  }

  @AfterEach
  void stop() {
    rig.close();
    // One pair for each test: nothing else ends it.
    servers.close();
  }

  @Test
  void aPromotionThatNobodyPreparedIsNoHoleWhenTheSlotCameAlong() throws Exception {
    standby.stop();
    primary.execute("app", "INSERT INTO public.t VALUES (2, 'only the vault has this')");
    Lsn ahead = rig.sealed().through().lsn();
    primary.kill9();
    standby.start();
    assertThat(value(standby, "SELECT pg_promote()")).isEqualTo("t");
    // Clients come before anybody looked at the slot.
    standby.execute("app", "INSERT INTO public.t VALUES (2, 'after the promotion')");
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(TimelineSwitched.class)).hasSize(1));
    rig.awaitStreaming();
    standby.execute("app", "INSERT INTO public.t VALUES (3, 'and more')");
    rig.sealed();

    assertThat(rig.entries(TimelineSwitched.class).getFirst())
        .satisfies(
            switched -> {
              assertThat(switched.fork()).isLessThan(ahead);
              assertThat(switched.orphanedTransactions()).isEqualTo(1);
            });
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestoredEquals(standby);
  }

  @Test
  void commitsThatOnlyTheNewPrimaryHasAreAHoleAndInTheNewBase() throws Exception {
    rig.stop();
    primary.execute("app", "INSERT INTO public.t VALUES (2, 'only the standby has this')");
    String written = value(primary, "SELECT pg_current_wal_insert_lsn()");
    Eventually.soon()
        .is(
            "the standby has received all",
            () ->
                value(standby, "SELECT pg_last_wal_receive_lsn() >= '" + written + "'::pg_lsn")
                    .equals("t"));
    primary.kill9();
    assertThat(value(standby, "SELECT pg_promote()")).isEqualTo("t");
    rig.start();
    Eventually.within(Duration.ofSeconds(90))
        .asserted(() -> assertThat(rig.entries(BaseSealed.class)).hasSize(2));
    rig.awaitStreaming();

    assertThat(rig.entries(HoleRecorded.class)).hasSize(1);
    assertRestoredEquals(standby);
  }

  @Test
  void aStandbyThatTheStreamWaitsForAndThatIsAwayIsTold() throws Exception {
    assertThat(rig.running().examine())
        .extracting(Finding::message)
        .anyMatch(message -> message.contains("the vault may run ahead of a standby"));
    String slot =
        value(primary, "SELECT slot_name FROM pg_replication_slots WHERE slot_type = 'physical'");
    primary.execute(
        "postgres",
        "ALTER SYSTEM SET synchronized_standby_slots = '" + slot + "'",
        "SELECT pg_reload_conf()");
    standby.stop();
    Eventually.soon()
        .asserted(
            () ->
                assertThat(rig.running().examine())
                    .anySatisfy(
                        finding -> {
                          assertThat(finding.subject()).isEqualTo("synchronized_standby_slots");
                          assertThat(finding.message()).contains(slot, "capture stands still");
                        }));
    primary.execute("app", "INSERT INTO public.t VALUES (2, 'waits for the standby')");
    Lsn before = rig.sealedThrough();
    standby.start();
    rig.sealed();
    assertThat(rig.sealedThrough()).isGreaterThan(before);
    assertRestoredEquals(primary);
  }

  private void assertRestoredEquals(EmbeddedPostgres server) throws Exception {
    DatabaseImage image;
    try (Connection connection = server.connect("app")) {
      image = DatabaseImage.of(connection);
    }
    rig.sealed();
    RestoredImages.assertSame(
        rig, server, (RestorePlan.Reachable) RestoredImages.plan(rig, image), image);
  }

  private static String value(EmbeddedPostgres server, String query) throws Exception {
    try (Connection connection = server.connect("app");
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
