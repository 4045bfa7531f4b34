/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Definitions change while a source is captured: what can be restored then, and what that is. */
class DefinitionsIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres = servers.newPostgres();

  private CaptureRig rig;

  @BeforeEach
  void prepare() throws Exception {
    postgres.execute("postgres", "CREATE DATABASE app");
    postgres.execute(
        "app",
        "CREATE SCHEMA other",
        "CREATE TABLE public.t (id int PRIMARY KEY, v text, n int)",
        "INSERT INTO public.t SELECT i, 'base ' || i, i FROM generate_series(1, 50) i");
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
  void addedColumnsHoldWhatOlderRowsHaveInThem() throws Exception {
    rig.run("UPDATE public.t SET v = 'changed' WHERE id = 1");
    DatabaseImage before = rig.image();
    rig.run("ALTER TABLE public.t ADD COLUMN at timestamptz DEFAULT now(), ADD COLUMN c text");
    DatabaseImage added = rig.image();
    rig.run(
        "UPDATE public.t SET c = E'a\\tb\\\\' WHERE id IN (1, 2)",
        "INSERT INTO public.t (id, v, c) VALUES (100, 'new', 'x')",
        "DELETE FROM public.t WHERE id = 3");
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(before, added, rig.image());
  }

  @Test
  void droppedAndRenamedColumnsAndTablesFollow() throws Exception {
    rig.run("INSERT INTO public.t VALUES (100, 'x', 1)");
    DatabaseImage before = rig.image();
    rig.run("ALTER TABLE public.t DROP COLUMN v");
    awaitRecorded();
    DatabaseImage dropped = rig.image();
    rig.run(
        "ALTER TABLE public.t RENAME COLUMN n TO m",
        "ALTER TABLE public.t RENAME TO t2",
        "ALTER TABLE public.t2 SET SCHEMA other",
        "UPDATE other.t2 SET m = 7 WHERE id < 5",
        "ALTER TABLE other.t2 ADD COLUMN v int DEFAULT 9",
        "INSERT INTO other.t2 VALUES (101, 3, 4)");
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertRestored(before, dropped, rig.image());
  }

  @Test
  void aNewTableIsStreamedFromItsFirstRowOn() throws Exception {
    rig.run(
        "BEGIN; CREATE TABLE public.u (id int PRIMARY KEY, w text); INSERT INTO public.u VALUES (1,"
            + " 'first'), (2, 'second'); ALTER TABLE public.u ADD COLUMN z int DEFAULT 3; UPDATE"
            + " public.u SET w = 'changed' WHERE id = 2; COMMIT");
    awaitRecorded();
    DatabaseImage created = rig.image();
    rig.run("UPDATE public.u SET z = 4 WHERE id = 1", "DROP TABLE public.t");
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(created, rig.image());
  }

  @Test
  void functionsViewsIndexesAndLabelsNeedNoBase() throws Exception {
    rig.run(
        "CREATE TYPE public.mood AS ENUM ('sad')",
        "CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW public.w AS SELECT id FROM public.t",
        "CREATE INDEX i ON public.t (n)",
        "ALTER TYPE public.mood ADD VALUE 'glad'",
        "ALTER TABLE public.t ADD CONSTRAINT positive CHECK (id > 0)",
        "GRANT SELECT ON public.t TO PUBLIC");
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(rig.image());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TYPE public.mood RENAME VALUE 'sad' TO 'blue'",
        "ALTER TYPE public.pair RENAME ATTRIBUTE b TO c",
        "ALTER TYPE public.pair DROP ATTRIBUTE b",
      })
  void aTypeThatMeansSomethingElseCostsABaseOfItsTablesAlone(String change) throws Exception {
    rig.run(
        "CREATE TYPE public.mood AS ENUM ('sad', 'glad')",
        "CREATE TYPE public.pair AS (a int, b text)",
        "ALTER TABLE public.t ADD m public.mood[], ADD p public.pair",
        "INSERT INTO public.t VALUES (100, 'x', 1, '{sad,glad}', '(1,two)')");
    awaitRecorded();
    DatabaseImage before = rig.image();
    rig.sealed();
    rig.run(change);
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(rig.entries(TableBaseSealed.class)).isNotEmpty());
    rig.run(
        "UPDATE public.t SET n = 5 WHERE id = 100",
        "INSERT INTO public.t VALUES (101, 'y', 2, '{glad}', NULL)");
    rig.sealed();
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(before, rig.image());
  }

  @Test
  void definitionsThatChangeWhileTheWorkerIsAwayAreRecordedWhenItIsBack() throws Exception {
    DatabaseImage before = rig.image();
    rig.sealed();
    rig.stop();
    rig.run(
        "INSERT INTO public.t VALUES (100, 'old', 1)",
        "ALTER TABLE public.t ADD COLUMN c text DEFAULT 'd'",
        "INSERT INTO public.t VALUES (101, 'new', 2, 'e')");
    DatabaseImage after = rig.image();
    rig.start();
    rig.awaitStreaming();
    rig.sealed();
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(before, after);
  }

  @Test
  void whatAUserFakesMeansNothing() throws Exception {
    rig.run(
        "CREATE ROLE mallory LOGIN PASSWORD 'm' IN ROLE pg_write_all_data",
        "REVOKE pg_write_all_data FROM mallory",
        "GRANT CREATE ON SCHEMA public TO mallory");
    awaitRecorded();
    try (Connection connection =
            DriverManager.getConnection(postgres.jdbcUrl("app") + "?user=mallory&password=m");
        Statement statement = connection.createStatement()) {
      for (String forbidden :
          List.of(
              "INSERT INTO holdfast.ddl (xid, tag, event, kind) VALUES (1, '', 'dropped', '')",
              "DELETE FROM holdfast.ddl",
              "SELECT holdfast.note('', 'dropped', '', 1, '', '', '')",
              "UPDATE holdfast.capture SET include = '{}'",
              "DROP EVENT TRIGGER holdfast_sql_drop")) {
        assertThatThrownBy(() -> statement.execute(forbidden))
            .isInstanceOf(SQLException.class)
            .satisfies(e -> assertThat(((SQLException) e).getSQLState()).isEqualTo("42501"));
      }
      statement.execute("SELECT pg_logical_emit_message(true, 'ddl', 'DROP TABLE public.t')");
      statement.execute("SELECT pg_logical_emit_message(true, 'holdfast', 'DROP TABLE public.t')");
      statement.execute("CREATE TABLE public.hers (id int PRIMARY KEY)");
      statement.execute("INSERT INTO public.hers VALUES (1)");
    }
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertRestored(rig.image());
    postgres.execute("app", "DROP TABLE public.hers", "DROP OWNED BY mallory", "DROP ROLE mallory");
  }

  @Test
  void withoutTriggersAChangeCostsABaseOfThatTableAlone() throws Exception {
    rig.run("ALTER EVENT TRIGGER holdfast_ddl_command_end DISABLE");
    DatabaseImage before = rig.image();
    Lsn clean = rig.sealed().through().lsn();
    rig.run(
        "ALTER TABLE public.t ADD COLUMN c text DEFAULT 'd'",
        "INSERT INTO public.t VALUES (100, 'x', 1, 'y')");
    DatabaseImage unknown = rig.image();
    awaitRecorded();
    assertThat(rig.entries(SchemaRecorded.class).getFirst())
        .satisfies(
            change -> {
              assertThat(change.known()).isFalse();
              assertThat(change.unnoted()).isTrue();
              assertThat(change.position().lsn()).isEqualTo(clean.next());
            });
    assertThat(rig.entries(TableBaseSealed.class)).hasSize(1);
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertThat(RestoredImages.plan(rig, unknown))
        .isInstanceOfSatisfying(
            RestorePlan.Gap.class,
            gap -> assertThat(gap.before().orElseThrow().position().lsn()).isEqualTo(clean));
    assertRestored(before, rig.image());
  }

  @Test
  void withoutTriggersAChangeThatRowsDoNotDependOnIsRecordedWithoutABase() throws Exception {
    rig.run("ALTER EVENT TRIGGER holdfast_ddl_command_end DISABLE");
    rig.run("CREATE FUNCTION public.f() RETURNS int LANGUAGE sql AS 'SELECT 1'");
    rig.sealed();
    awaitRecorded();
    assertThat(rig.entries(HoleRecorded.class)).isEmpty();
    assertThat(rig.entries(BaseSealed.class)).hasSize(1);
    assertRestored(rig.image());
  }

  /** The newest change of definitions is in the chain, with the definitions. */
  private void awaitRecorded() {
    rig.sealed();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () ->
                assertThat(rig.entries(SchemaRecorded.class))
                    .isNotEmpty()
                    .last()
                    .satisfies(entry -> assertThat(entry.known()).isTrue()));
  }

  private void assertRestored(DatabaseImage... images) throws Exception {
    RestoredImages.assertAllSame(rig, postgres, List.of(images));
  }
}
