/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.store.FileObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A source whose owner is no superuser and may not create event triggers, as a managed service
 * gives it: changes of definitions are noticed, and cost no base of all tables.
 */
@ExtendWith(Seeded.class)
class UnnotedChangesIT {

  private static final boolean LONG = Boolean.getBoolean("holdfast.long");

  private static final Credentials OWNER = new Credentials("owner", new Secret("o"));

  private static final TableScope SCOPE =
      new TableScope(List.of("public", "other"), List.of("tmp_%"));

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres = servers.newPostgres();

  private CaptureRig rig;

  @BeforeEach
  void prepare() throws Exception {
    postgres.execute(
        "postgres",
        "CREATE ROLE owner LOGIN REPLICATION PASSWORD 'o'",
        "CREATE DATABASE app OWNER owner");
    postgres.execute("app", "ALTER SCHEMA public OWNER TO owner");
    rig = new CaptureRig(folder, postgres).with(SCOPE).as(OWNER);
    rig.run(
        "CREATE SCHEMA other",
        "CREATE TABLE public.t (id int PRIMARY KEY, v text, n int)",
        "INSERT INTO public.t SELECT i, 'base ' || i, i FROM generate_series(1, 50) i",
        "CREATE TABLE public.kept (id int PRIMARY KEY, v text)",
        "INSERT INTO public.kept SELECT i, 'kept ' || i FROM generate_series(1, 50) i",
        "CREATE TABLE public.p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE UNLOGGED TABLE public.loose (id int PRIMARY KEY, v text)",
        "INSERT INTO public.loose VALUES (1, 'x')");
  }

  @AfterEach
  void clear() throws Exception {
    rig.close();
    CaptureRig.dropSource(postgres);
    postgres.execute("postgres", "DROP ROLE owner");
  }

  @Test
  void whateverHappensToATableItsRowsComeBackBeforeAndAfter() throws Exception {
    start();
    List<DatabaseImage> images = new ArrayList<>();
    for (String change : TableBasesIT.CHANGES) {
      rig.run("INSERT INTO public.t (id, v, n) SELECT max(id) + 1, 'row', 7 FROM public.t");
      images.add(rig.image());
      // What is not sealed before the change is of the time in which nothing is known.
      rig.sealed();
      rig.run(change.split(";;"));
      RestoredImages.awaitAllKnown(rig);
      images.add(rig.image());
      rig.run("UPDATE public.kept SET v = v || '!' WHERE id % 3 = 0");
    }
    images.add(rig.image());
    rig.sealed();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertThat(rig.entries(TableBaseSealed.class))
        .hasSizeGreaterThanOrEqualTo(TableBasesIT.CHANGES.size());
    assertRestored(images.toArray(DatabaseImage[]::new));
  }

  @Test
  void whatTheCatalogDoesNotShowAnyMoreTheStreamShows() throws Exception {
    start();
    rig.sealed();
    rig.run(
        "ALTER TABLE public.t REPLICA IDENTITY FULL",
        "UPDATE public.t SET v = 'with all of it' WHERE id < 10",
        "ALTER TABLE public.t REPLICA IDENTITY DEFAULT",
        "UPDATE public.t SET v = 'with its key' WHERE id > 40");
    RestoredImages.awaitAllKnown(rig);
    assertThat(rig.entries(TablesLost.class))
        .isNotEmpty()
        .allSatisfy(
            lost ->
                assertThat(lost.tables())
                    .singleElement()
                    .matches(it -> it.name().equals("public.t")));
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertRestored(rig.image());
  }

  @Test
  void aNameThatATableHadForAWhileIsNoticedToo() throws Exception {
    start();
    DatabaseImage before = rig.image();
    rig.sealed();
    rig.run(
        "ALTER TABLE public.t RENAME TO u",
        "UPDATE public.u SET v = 'under another name' WHERE id < 10",
        "ALTER TABLE public.u RENAME TO t");
    RestoredImages.awaitAllKnown(rig);
    rig.sealed();
    assertThat(rig.entries(TablesLost.class)).isNotEmpty();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertRestored(before, rig.image());
  }

  @Test
  void whatChangesWhileTheWorkerIsAwayIsNoticedWhenItIsBack() throws Exception {
    start();
    DatabaseImage before = rig.image();
    rig.sealed();
    rig.stop();
    rig.run(
        "INSERT INTO public.t VALUES (100, 'old', 1)",
        "ALTER TABLE public.t ALTER COLUMN n TYPE bigint USING n * 2",
        "UPDATE public.kept SET v = 'meanwhile' WHERE id < 10");
    start();
    RestoredImages.awaitAllKnown(rig);
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertThat(rig.entries(TableBaseSealed.class)).hasSize(1);
    assertRestored(before, rig.image());
  }

  @Test
  void sealsThatCouldNotLookAtTheSourceProveNothingToTheNextWorker() throws Exception {
    rig.run(
        "CREATE TYPE public.mood AS ENUM ('calm', 'wild')",
        "CREATE TABLE public.m (id int PRIMARY KEY, v public.mood)",
        "INSERT INTO public.m VALUES (1, 'calm')");
    start();
    rig.sealed();
    DatabaseImage before = rig.image();
    rig.sealed();
    DatabaseImage unseen;
    try (Connection superuser = postgres.connect("app");
        Statement sql = superuser.createStatement()) {
      superuser.setAutoCommit(false);
      // A seal that waits for this in vain goes on without having looked.
      sql.execute("LOCK TABLE pg_catalog.pg_policy IN ACCESS EXCLUSIVE MODE");
      rig.run(
          "ALTER TYPE public.mood RENAME VALUE 'calm' TO 'was calm'",
          "ALTER TYPE public.mood RENAME VALUE 'wild' TO 'calm'",
          "ALTER TYPE public.mood RENAME VALUE 'was calm' TO 'wild'");
      unseen = rig.image();
      for (int seal = 0; seal < 2; seal++) {
        rig.run("UPDATE public.t SET n = n + 1 WHERE id = 1");
        rig.sealed();
      }
      rig.stop();
      superuser.rollback();
    }
    assertThat(rig.entries(SegmentSealed.class).reversed().subList(0, 2))
        .allMatch(segment -> segment.checked().isEmpty());
    start();
    RestoredImages.awaitAllKnown(rig);
    assertThat(RestoredImages.plan(rig, unseen)).isNotInstanceOf(RestorePlan.Reachable.class);
    assertRestored(before, rig.image());
  }

  /** Kept definitions are gone: nobody can say what was changed. */
  @Test
  void withoutTheDefinitionsBeforeItIsAHoleAndANewBase() throws Exception {
    start();
    rig.sealed();
    Eventually.soon()
        .asserted(
            () -> assertThat(rig.ask("SELECT count(*) FROM holdfast.catalog")).isEqualTo("1"));
    rig.run("DELETE FROM holdfast.catalog", "ALTER TABLE public.t ADD COLUMN c text");
    rig.sealed();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(BaseSealed.class)).hasSize(2));
    RestoredImages.awaitAllKnown(rig);
    assertThat(rig.entries(HoleRecorded.class)).hasSize(1);
    assertRestored(rig.image());
  }

  @Test
  void aWorkerThatIsKilledAroundTheseChangesLosesNothing(Random random) throws Exception {
    int kills = LONG ? 60 : 3;
    List<DatabaseImage> images = new ArrayList<>();
    try (Connection connection = rig.sql();
        Statement sql = connection.createStatement()) {
      RandomDefinitions history = new RandomDefinitions(random);
      for (String command : history.begin()) {
        if (!command.startsWith("CREATE SCHEMA")) {
          sql.execute(command);
        }
      }
      try (FileObjectStore store = new FileObjectStore(CaptureProcess.vault(folder))) {
        for (int kill = 0; kill <= kills; kill++) {
          try (ChildProcess worker = capture()) {
            if (kill == 0) {
              awaitBase();
            }
            for (int step = 0; step < 4; step++) {
              history.step(sql);
              images.add(DatabaseImage.of(connection));
              Thread.sleep(random.nextInt(600));
            }
            // Half of them are killed while nobody knows, the others when all is known again.
            if (kill == kills || random.nextBoolean()) {
              CaptureRig sealed = CaptureProcess.rig(folder, store, postgres);
              images.add(awaitKnown(worker, sealed, connection));
            }
            worker.kill9();
          }
        }
        int restored = 0;
        CaptureRig sealed = CaptureProcess.rig(folder, store, postgres);
        assertThat(sealed.entries(SchemaRecorded.class)).isNotEmpty();
        assertThat(sealed.entries(HoleRecorded.class)).isEmpty();
        for (DatabaseImage image : images) {
          if (RestoredImages.plan(sealed, image) instanceof RestorePlan.Reachable plan) {
            RestoredImages.assertSameRows(sealed, postgres, plan, image);
            restored++;
          }
        }
        assertThat(restored).as("moments that could be restored").isPositive();
      }
    }
  }

  private ChildProcess capture() throws IOException {
    return CaptureProcess.capture(folder, postgres, OWNER, "256m", Duration.ofMillis(100));
  }

  private void awaitBase() {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () -> assertThat(CaptureProcess.chain(folder)).anyMatch(BaseSealed.class::isInstance));
  }

  /** Another moment each time: the stream goes on, and must come to where all is known again. */
  private static DatabaseImage awaitKnown(
      ChildProcess worker, CaptureRig sealed, Connection connection) {
    return Eventually.within(Duration.ofSeconds(120))
        .get(
            "a moment that can be restored; " + worker.log(),
            () -> {
              DatabaseImage image = DatabaseImage.of(connection);
              try (Statement after = connection.createStatement()) {
                after.execute("UPDATE public.kept SET v = 'later' WHERE id = 1");
              }
              Thread.sleep(300);
              return RestoredImages.plan(sealed, image) instanceof RestorePlan.Reachable
                  ? image
                  : null;
            });
  }

  private void start() {
    rig.start();
    rig.awaitStreaming();
  }

  private void assertRestored(DatabaseImage... images) throws Exception {
    RestoredImages.assertAllSame(rig, postgres, List.of(images));
  }
}
