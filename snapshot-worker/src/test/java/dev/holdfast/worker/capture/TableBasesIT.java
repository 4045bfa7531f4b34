/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What happens to one table costs a base of that table, and a hole no longer than that takes. */
class TableBasesIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres = servers.newPostgres();

  /** What costs a base of one table; where they are divided by two, they commit one by one. */
  static final List<String> CHANGES =
      List.of(
          "ALTER TABLE public.t ALTER COLUMN n TYPE bigint USING n * 2",
          "BEGIN; UPDATE public.t SET v = 'before' WHERE id < 10; ALTER TABLE public.t ALTER"
              + " COLUMN n TYPE int USING n + 1; UPDATE public.t SET v = 'after' WHERE id < 5;"
              + " UPDATE public.kept SET v = 'beside' WHERE id < 5; COMMIT",
          "DO $$ BEGIN ALTER TABLE public.t ADD COLUMN u uuid DEFAULT gen_random_uuid(); END $$",
          "ALTER TABLE public.t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id, v)",
          "ALTER TABLE public.t REPLICA IDENTITY FULL",
          "CREATE SCHEMA hidden;; CREATE TABLE hidden.h (id int PRIMARY KEY, v text);; INSERT"
              + " INTO hidden.h SELECT i, 'hidden ' || i FROM generate_series(1, 50) i;; ALTER"
              + " TABLE hidden.h SET SCHEMA public;; DROP SCHEMA hidden;; UPDATE public.h SET v ="
              + " 'x' WHERE id = 3",
          "BEGIN; CREATE TABLE public.p1 (id int NOT NULL, v text); INSERT INTO public.p1 VALUES"
              + " (1, 'came with it'); ALTER TABLE public.p ATTACH PARTITION public.p1 FOR VALUES"
              + " FROM (0) TO (100); INSERT INTO public.p VALUES (2, 'through its parent');"
              + " COMMIT",
          "CREATE TABLE public.made AS SELECT id, v FROM public.kept;; ALTER TABLE public.made"
              + " ADD PRIMARY KEY (id)",
          "BEGIN; DROP TABLE public.kept; CREATE TABLE public.kept AS SELECT * FROM public.made;"
              + " ALTER TABLE public.kept ADD PRIMARY KEY (id); COMMIT",
          "ALTER TABLE public.loose SET LOGGED");

  private CaptureRig rig;

  @BeforeEach
  void prepare() throws Exception {
    postgres.execute("postgres", "CREATE DATABASE app");
    postgres.execute(
        "app",
        "CREATE SCHEMA other",
        "CREATE TABLE public.t (id int PRIMARY KEY, v text, n int)",
        "INSERT INTO public.t SELECT i, 'base ' || i, i FROM generate_series(1, 50) i",
        "CREATE TABLE public.kept (id int PRIMARY KEY, v text)",
        "INSERT INTO public.kept SELECT i, 'kept ' || i FROM generate_series(1, 50) i",
        "CREATE TABLE public.p (id int PRIMARY KEY, v text) PARTITION BY RANGE (id)",
        "CREATE UNLOGGED TABLE public.loose (id int PRIMARY KEY, v text)",
        "INSERT INTO public.loose VALUES (1, 'x')");
    rig =
        new CaptureRig(folder, postgres)
            .with(new TableScope(List.of("public", "other"), List.of("tmp_%")));
    rig.start();
    rig.awaitStreaming();
  }

  @AfterEach
  void clear() throws Exception {
    rig.close();
    CaptureRig.dropSource(postgres);
  }

  @Test
  void whateverHappensToATableItsRowsComeBackBeforeAndAfter() throws Exception {
    List<DatabaseImage> images = new ArrayList<>();
    for (String change : CHANGES) {
      rig.run("INSERT INTO public.t (id, v, n) SELECT max(id) + 1, 'row', 7 FROM public.t");
      images.add(rig.image());
      // Commands that commit one by one.
      rig.run(change.split(";;"));
      RestoredImages.awaitAllKnown(rig);
      images.add(rig.image());
      rig.run(
          "UPDATE public.kept SET v = v || '!' WHERE id % 3 = 0",
          "DELETE FROM public.t WHERE id % 11 = 0");
    }
    images.add(rig.image());
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertThat(rig.entries(TableBaseSealed.class)).hasSizeGreaterThanOrEqualTo(10);
    assertRestored(images);
  }

  @Test
  void untilItsBaseIsSealedTheTableIsAHoleThatNamesItAlsoAfterARestart() throws Exception {
    DatabaseImage before = rig.image();
    try (Connection old = rig.sql();
        Statement sql = old.createStatement()) {
      // No slot can be made before it ends, so no snapshot can be taken.
      sql.execute("BEGIN; SELECT pg_current_xact_id()");
      rig.run("ALTER TABLE public.t ALTER COLUMN n TYPE bigint USING n * 2");
      awaitLost(1);
      DatabaseImage meanwhile = rig.image();
      rig.sealed();
      assertThat(RestoredImages.plan(rig, meanwhile))
          .isInstanceOfSatisfying(
              RestorePlan.Gap.class,
              gap -> {
                assertThat(gap.describe()).contains("the rows of table public.t are not known");
                assertThat(gap.before()).isPresent();
                assertThat(gap.after()).isEmpty();
              });
      Eventually.within(Duration.ofSeconds(30))
          .asserted(
              () ->
                  assertThat(rig.running().status().state().detail())
                      .contains("a base of public.t is being taken"));
      rig.stop();
      rig.run("INSERT INTO public.t VALUES (100, 'while it is away', 1)");
      rig.start();
      rig.awaitStreaming();
      // Once more, while its base is due.
      rig.run("ALTER TABLE public.t ALTER COLUMN n TYPE int USING n + 5");
      awaitLost(2);
      assertThat(rig.entries(TableBaseSealed.class)).isEmpty();
    }
    RestoredImages.awaitAllKnown(rig);
    rig.run("UPDATE public.t SET v = 'afterwards' WHERE id = 100");
    DatabaseImage after = rig.image();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(List.of(before, after));
  }

  @Test
  void aTableThatIsGoneBeforeItsBaseIsTakenIsLostToNobody() throws Exception {
    try (Connection old = rig.sql();
        Statement sql = old.createStatement()) {
      sql.execute("BEGIN; SELECT pg_current_xact_id()");
      rig.run("ALTER TABLE public.t ALTER COLUMN n TYPE bigint USING n * 2");
      awaitLost(1);
      rig.run("DROP TABLE public.t");
    }
    RestoredImages.awaitAllKnown(rig);
    DatabaseImage after = rig.image();
    assertThat(rig.entries(TableBaseSealed.class))
        .singleElement()
        .satisfies(base -> assertThat(base.objects()).isEmpty());
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertRestored(List.of(after));
  }

  @Test
  void aTableThatLosesItsIdentityStaysWritableAndComesBackWhenItHasOneAgain() throws Exception {
    rig.run("ALTER TABLE public.t DROP CONSTRAINT t_pkey");
    // Until it is not published any more, PostgreSQL refuses updates of it.
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> rig.run("UPDATE public.t SET v = 'without' WHERE id = 1"));
    RestoredImages.awaitAllKnown(rig);
    rig.run("ALTER TABLE public.t ADD PRIMARY KEY (id)");
    RestoredImages.awaitAllKnown(rig);
    rig.run("UPDATE public.t SET v = 'again' WHERE id = 1", "DELETE FROM public.t WHERE id = 2");
    DatabaseImage after = rig.image();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(List.of(after));
  }

  @Test
  void aTableThatIsOnlyWrittenAnewCostsNothing() throws Exception {
    rig.run("VACUUM FULL public.t", "CLUSTER public.kept USING kept_pkey");
    rig.run("INSERT INTO public.t VALUES (100, 'x', 1)");
    DatabaseImage after = rig.image();
    rig.sealed();
    assertThat(rig.entries(TablesLost.class)).isEmpty();
    assertThat(rig.entries(SchemaRecorded.class)).isEmpty();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertRestored(List.of(after));
  }

  private void awaitLost(int times) {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () -> {
              rig.sealed();
              assertThat(rig.entries(TablesLost.class)).hasSize(times);
              assertThat(rig.entries(SchemaRecorded.class).getLast().known()).isTrue();
            });
  }

  private void assertRestored(List<DatabaseImage> images) throws Exception {
    RestoredImages.assertAllSame(rig, postgres, images);
  }
}
