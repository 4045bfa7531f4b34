/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.events.BackupEvent;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Finding;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.LostTable;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a capture does with its source, its slot and its chain; on any server. */
abstract class SourceCaptureContract {

  @TempDir Path folder;

  private PostgresServer postgres;
  private CaptureRig rig;

  /** Where the source is; the same one for all tests. */
  abstract PostgresServer server();

  @BeforeEach
  void prepare() throws Exception {
    postgres = server();
    postgres.execute("postgres", "CREATE DATABASE app");
    postgres.execute(
        "app", "CREATE TABLE public.t (id int PRIMARY KEY, v text)", "CREATE SEQUENCE public.s");
    rig = new CaptureRig(folder, postgres);
  }

  @AfterEach
  void clear() throws Exception {
    rig.close();
    CaptureRig.dropSource(postgres);
  }

  @Test
  void aNewSourceGetsAnEpochABaseAndItsChanges() throws Exception {
    rig.run("INSERT INTO t VALUES (1, 'before')".replace(" t ", " public.t "));
    rig.start();
    rig.awaitStreaming();
    rig.run("INSERT INTO public.t VALUES (2, 'after')", "SELECT nextval('public.s')");
    SealedPoint sealed = rig.sealed();

    EpochOpened epoch = rig.entries(EpochOpened.class).getFirst();
    BaseSealed base = rig.entries(BaseSealed.class).getFirst();
    assertThat(epoch.epoch()).isEqualTo(1);
    assertThat(epoch.slot()).isEqualTo("holdfast_main");
    assertThat(base.position()).isEqualTo(epoch.start());
    assertThat(base.rows()).isEqualTo(1);

    List<SegmentSealed> segments = rig.entries(SegmentSealed.class);
    assertThat(segments.getFirst().from()).isEqualTo(epoch.start().lsn());
    assertThat(segments.getLast().through()).isEqualTo(sealed.through().lsn());
    List<ChangeRecord> records = new ArrayList<>();
    for (SegmentSealed segment : segments) {
      records.addAll(rig.records(segment));
    }
    assertThat(records.stream().filter(ChangeRecord.Insert.class::isInstance))
        .singleElement()
        .satisfies(r -> assertThat(CaptureRig.text((ChangeRecord.Insert) r, 1)).isEqualTo("after"));
    assertThat(records.stream().filter(ChangeRecord.SequenceState.class::isInstance)).isNotEmpty();
    Eventually.soon().asserted(() -> assertThat(confirmed()).isEqualTo(sealed.through().lsn()));
    assertThat(rig.events)
        .extracting(e -> e.getClass().getSimpleName())
        .contains("EpochOpened", "BaseSealed", "SegmentSealed", "CaptureStateChanged");
  }

  @Test
  void commitsAreSealedByAgeWithoutBeingAskedFor() throws Exception {
    rig.start();
    rig.awaitStreaming();
    int before = rig.entries(SegmentSealed.class).size();
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    Eventually.soon()
        .asserted(
            () -> {
              SegmentSealed last = rig.entries(SegmentSealed.class).getLast();
              assertThat(last.transactions()).isEqualTo(1);
              assertThat(last.changes()).isEqualTo(1);
              assertThat(last.lastCommit()).isPresent();
            });
    assertThat(rig.entries(SegmentSealed.class)).hasSizeGreaterThan(before);
  }

  @Test
  void aTableWithoutReplicaIdentityIsLeftOutOfTheStreamAndStaysWritable() throws Exception {
    rig.run(
        "CREATE TABLE public.loose (id int, v text)",
        "INSERT INTO public.loose VALUES (1, 'at the base'), (2, 'too')");
    rig.start();
    rig.awaitStreaming();
    // Published, these would fail on the source.
    rig.run("UPDATE public.loose SET v = 'changed' WHERE id = 1", "DELETE FROM public.loose");
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    rig.sealed();
    assertThat(rig.entries(BaseSealed.class).getFirst().rows()).isEqualTo(2);
    assertThat(insertedIds()).containsExactly("1");
  }

  @Test
  void anIdleSourceIsSealedOnDemandWithAnEmptySegment() {
    rig.start();
    rig.awaitStreaming();
    var asked = java.time.Instant.now();
    SealedPoint sealed = rig.sealed();
    assertThat(sealed.coveredAt()).isAfterOrEqualTo(asked.minusMillis(1));
    assertThat(rig.entries(SegmentSealed.class).getLast().bodies()).isEmpty();
  }

  @Test
  void aNewDataKeyIsTakenUpWhileStreamingAndBothSidesOfItAreRead() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.run("INSERT INTO public.t VALUES (1, 'before')");
    rig.sealed();
    KeyRotation.Rotated rotated = rig.running().rotateKey("test").orElseThrow();
    rig.run("INSERT INTO public.t VALUES (2, 'after')");
    rig.sealed();

    List<ObjectRef> bodies =
        rig.entries(SegmentSealed.class).stream().flatMap(s -> s.bodies().stream()).toList();
    assertThat(bodies)
        .extracting(ObjectRef::dataKey)
        .containsExactly(rotated.previous(), rotated.now().id());
    List<ChangeRecord> records = new ArrayList<>();
    for (SegmentSealed segment : rig.entries(SegmentSealed.class)) {
      records.addAll(rig.records(segment));
    }
    assertThat(records.stream().filter(ChangeRecord.Insert.class::isInstance)).hasSize(2);
    assertThat(rig.running().status().dataKey()).contains(rotated.now());
    assertThat(rig.audit)
        .singleElement()
        .satisfies(event -> assertThat(event.toString()).contains("rotate-key"));
  }

  @Test
  void aRestartGoesOnWithoutAHole() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    rig.sealed();
    rig.stop();
    rig.run("INSERT INTO public.t VALUES (2, 'while stopped')");
    rig.start();
    rig.awaitStreaming();
    rig.sealed();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertContiguous();
    assertThat(insertedIds()).containsExactly("1", "2");
  }

  @Test
  void aLostSlotBecomesAHoleAndANewBase() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    Lsn tip = rig.sealed().through().lsn();
    rig.stop();
    rig.run("SELECT pg_drop_replication_slot('holdfast_main')");
    rig.run("INSERT INTO public.t VALUES (2, 'lost to the stream')");
    rig.start();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(BaseSealed.class)).hasSize(2));
    rig.awaitStreaming();
    HoleRecorded hole = rig.entries(HoleRecorded.class).getFirst();
    assertThat(hole.after().lsn()).isEqualTo(tip);
    assertThat(hole.reason()).contains("slot is gone");
    assertThat(rig.entries(EpochOpened.class)).extracting(EpochOpened::epoch).containsExactly(1, 2);
    assertThat(rig.entries(BaseSealed.class).getLast().rows()).isEqualTo(2);
  }

  @Test
  void aSlotThatSomebodyMovesWhileStreamingBecomesAHoleAndANewBase() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    rig.sealed();
    // Kicks the stream out and throws a change away before it can come back.
    rig.run(
        "SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE active",
        "INSERT INTO public.t VALUES (2, 'thrown away')");
    Eventually.soon().asserted(() -> rig.run("SELECT pg_drop_replication_slot('holdfast_main')"));
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(BaseSealed.class)).hasSize(2));
    rig.awaitStreaming();
    assertThat(rig.entries(HoleRecorded.class)).isNotEmpty();
  }

  @Test
  void aRewrittenTableGetsABaseOfItsOwnWhileTheStreamGoesOn() throws Exception {
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    rig.start();
    rig.awaitStreaming();
    rig.run("INSERT INTO public.t VALUES (2, 'y')");
    Lsn clean = rig.sealed().through().lsn();
    rig.run(
        "ALTER TABLE public.t ALTER COLUMN v TYPE varchar(10)",
        "INSERT INTO public.t VALUES (3, 'z')");
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(TableBaseSealed.class)).hasSize(1));
    TablesLost lost = rig.entries(TablesLost.class).getFirst();
    assertThat(lost.position().lsn()).isGreaterThan(clean);
    assertThat(lost.tables()).extracting(LostTable::name).containsExactly("public.t");
    TableBaseSealed base = rig.entries(TableBaseSealed.class).getFirst();
    assertThat(base.position().lsn()).isGreaterThanOrEqualTo(lost.position().lsn());
    assertThat(base.tables()).containsExactly(lost.tables().getFirst().oid());
    assertThat(base.rows()).isEqualTo(3);
    rig.awaitStreaming();
    assertThat(rig.entries(EpochOpened.class)).hasSize(1);
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertContiguous();
  }

  @Test
  void aNewTableThatCameWithRowsIsPublishedBeforeABaseOfIt() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.run("CREATE TABLE public.u AS SELECT 1 AS id", "ALTER TABLE public.u ADD PRIMARY KEY (id)");
    rig.sealed();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () ->
                assertThat(rig.entries(TableBaseSealed.class))
                    .isNotEmpty()
                    .last()
                    .satisfies(base -> assertThat(base.rows()).isEqualTo(1)));
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    rig.run("INSERT INTO public.u VALUES (7)");
    rig.sealed();
    List<ChangeRecord> last = rig.records(rig.entries(SegmentSealed.class).getLast());
    assertThat(last.stream().filter(ChangeRecord.Insert.class::isInstance)).hasSize(1);
  }

  @Test
  void aNewFunctionIsRecordedWithoutAHoleOrABase() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.run("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    rig.sealed();
    rig.stop();
    rig.start();
    rig.awaitStreaming();
    rig.sealed();
    Eventually.soon()
        .asserted(() -> assertThat(rig.entries(SchemaRecorded.class).getLast().known()).isTrue());
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
  }

  @Test
  void aTableRewrittenWhileStoppedNeedsABaseOfItAlone() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    rig.sealed();
    rig.stop();
    rig.run("ALTER TABLE public.t ALTER COLUMN v TYPE varchar(10)");
    rig.start();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(TableBaseSealed.class)).hasSize(1));
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
  }

  @Test
  void aStoreThatTakesNothingForAWhileLosesNothing() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.store.refusing = true;
    for (int i = 1; i <= 20; i++) {
      rig.run("INSERT INTO public.t VALUES (" + i + ", 'x')");
    }
    Eventually.soon()
        .asserted(
            () ->
                assertThat(rig.running().status().state())
                    .isInstanceOf(CaptureState.Interrupted.class)
                    .satisfies(s -> assertThat(s.detail()).contains("takes nothing")));
    Lsn tip = rig.sealedThrough();
    assertThat(confirmed()).isLessThanOrEqualTo(tip);
    rig.store.refusing = false;
    rig.sealed();
    rig.awaitStreaming();
    assertThat(insertedIds()).hasSize(20).doesNotHaveDuplicates();
    assertContiguous();
  }

  @Test
  void aStoreWhoseAnswersAreLostDoublesNothing() throws Exception {
    rig.start();
    rig.awaitStreaming();
    rig.store.lying = true;
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    Eventually.soon()
        .asserted(
            () ->
                assertThat(rig.running().status().state())
                    .isInstanceOf(CaptureState.Interrupted.class));
    rig.store.lying = false;
    rig.sealed();
    assertThat(insertedIds()).containsExactly("1");
    assertContiguous();
  }

  @Test
  void aTransactionLargerThanABodySpansSeveralOfOneManifest() throws Exception {
    rig.with(CaptureRig.settings(Duration.ofMillis(300), 64 << 10, 32 << 10)).start();
    rig.awaitStreaming();
    rig.run(
        "INSERT INTO public.t SELECT i, md5(i::text) || md5((i * 7)::text)"
            + " FROM pg_catalog.generate_series(1, 300000) i");
    rig.sealed();
    SegmentSealed large =
        rig.entries(SegmentSealed.class).stream()
            .filter(s -> s.changes() == 300_000)
            .findFirst()
            .orElseThrow();
    assertThat(large.transactions()).isEqualTo(1);
    assertThat(large.bodies()).hasSizeGreaterThan(20);
    assertThat(insertedIds()).hasSize(300_000).doesNotHaveDuplicates();
  }

  @Test
  void wrongCredentialsAreAStateWithTheFixAndAreTriedAgain() throws Exception {
    postgres.execute("postgres", "ALTER ROLE postgres PASSWORD 'other'");
    try {
      rig.start();
      Eventually.soon()
          .asserted(
              () ->
                  assertThat(rig.running().status().state())
                      .isInstanceOf(CaptureState.Failed.class)
                      .satisfies(s -> assertThat(s.detail()).contains("password")));
    } finally {
      try (var connection =
              java.sql.DriverManager.getConnection(
                  postgres.jdbcUrl("postgres") + "?user=postgres&password=other");
          var statement = connection.createStatement()) {
        statement.execute("ALTER ROLE postgres PASSWORD 'secret'");
      }
    }
    rig.awaitStreaming();
  }

  @Test
  void anotherWriterOfTheChainStopsThisOne() throws Exception {
    rig.start();
    rig.awaitStreaming();
    // Both race for the next number: this one may lose it a few times.
    Eventually.soon().asserted(this::appendAsAnotherWriter);
    rig.run("INSERT INTO public.t VALUES (1, 'x')");
    Eventually.soon()
        .asserted(
            () ->
                assertThat(rig.running().status().state()).isInstanceOf(CaptureState.Fenced.class));
    assertThat(rig.events.getLast()).isInstanceOf(BackupEvent.CaptureStateChanged.class);
  }

  @Test
  void anEpochBeginsOnlyWhenNothingStandsInItsWayAndWhatWasFoundIsTold() throws Exception {
    rig.run(
        "CREATE TABLE public.log_lines (line text)",
        "SELECT pg_create_physical_replication_slot('other_' || i) FROM"
            + " generate_series(1, current_setting('max_replication_slots')::int - 1) i");
    rig.start();
    Eventually.soon()
        .asserted(
            () ->
                assertThat(rig.running().status().state())
                    .isInstanceOf(CaptureState.Failed.class)
                    .satisfies(
                        s -> assertThat(s.detail()).contains("1 replication slots are free")));
    assertThat(rig.ask("SELECT count(*) FROM pg_replication_slots WHERE plugin IS NOT NULL"))
        .isEqualTo("0");

    rig.run("SELECT pg_drop_replication_slot('other_1')");
    rig.awaitStreaming();

    assertThat(rig.running().status().findings())
        .noneMatch(Finding::blocking)
        .extracting(Finding::subject)
        .contains("public.log_lines");
    assertThat(rig.events)
        .filteredOn(BackupEvent.SourceExamined.class::isInstance)
        .last()
        .extracting(event -> ((BackupEvent.SourceExamined) event).findings().toString())
        .asString()
        .contains("public.log_lines")
        .doesNotContain("max_replication_slots");
  }

  private void appendAsAnotherWriter() {
    try (var writer =
        VaultWriter.open(
            rig.store,
            CaptureRig.SOURCE,
            List.of(rig.identity.recipient()),
            rig.signer,
            Clock.systemUTC())) {
      writer.append(
          new HoleRecorded(
              1,
              rig.running().status().lastSealed().orElseThrow().position(),
              "another worker was here",
              Instant.now()));
    }
  }

  private Lsn confirmed() throws Exception {
    return Lsn.parse(
        rig.ask(
            "SELECT confirmed_flush_lsn FROM pg_catalog.pg_replication_slots"
                + " WHERE slot_name = 'holdfast_main'"));
  }

  private List<String> insertedIds() throws Exception {
    List<String> ids = new ArrayList<>();
    for (SegmentSealed segment : rig.entries(SegmentSealed.class)) {
      for (ChangeRecord record : rig.records(segment)) {
        if (record instanceof ChangeRecord.Insert insert) {
          ids.add(CaptureRig.text(insert, 0));
        }
      }
    }
    return ids;
  }

  /** Each segment begins where the one before ended. */
  private void assertContiguous() {
    Lsn at = rig.entries(EpochOpened.class).getFirst().start().lsn();
    for (SegmentSealed segment : rig.entries(SegmentSealed.class)) {
      assertThat(segment.from()).isEqualTo(at);
      at = segment.through();
    }
  }
}
