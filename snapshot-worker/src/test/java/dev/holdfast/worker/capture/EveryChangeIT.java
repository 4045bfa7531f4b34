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
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Every way in which rows change while they are streamed comes to the same rows. */
class EveryChangeIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres =
      servers.newPostgres(options -> options.setting("max_prepared_transactions", "5"));
  private RoundTrip trip;

  @BeforeEach
  void prepare() throws Exception {
    trip = new RoundTrip(folder, postgres);
  }

  @AfterEach
  void clear() throws Exception {
    trip.close();
  }

  /** A value that is stored out of line and told apart from that of any other seed. */
  private static String big(String seed) {
    return "(SELECT string_agg(md5(%s || '/' || g), '') FROM generate_series(1, 100) g)"
        .formatted(seed);
  }

  /** One of the two places is free. */
  private static final String FREE =
      "(SELECT count(*) FROM {t} WHERE id IN ({id}, {id} + 1000)) = 1";

  private static final List<String> TOASTED =
      List.of(
          // What happens to the row with id {id}; r is moved to {id} + 1000, swapped with {id} + 1.
          "UPDATE {t} SET n = n + 1 WHERE id = {id}",
          "UPDATE {t} SET a = {big} WHERE id = {id}",
          "UPDATE {t} SET b = {big} WHERE id = {id}",
          "UPDATE {t} SET a = NULL WHERE id = {id}",
          "UPDATE {t} SET a = b, b = a WHERE id = {id}",
          "UPDATE {t} SET id = id + 1000 WHERE id = {id} AND {free}",
          "UPDATE {t} SET id = id + 1000, a = {big} WHERE id = {id} AND {free}",
          "UPDATE {t} SET id = id - 1000 WHERE id = {id} + 1000 AND {free}",
          "UPDATE {t} SET b = 'short', n = 0 WHERE id IN ({id}, {id} + 1000)",
          "UPDATE {t} SET n = n + 1 WHERE id = {id} + 1000",
          "BEGIN; UPDATE {t} SET id = -1 WHERE id = {id}; UPDATE {t} SET id = {id} WHERE id = {id} + 1;"
              + " UPDATE {t} SET id = {id} + 1 WHERE id = -1; COMMIT",
          "BEGIN; DELETE FROM {t} WHERE id = {id}; INSERT INTO {t} VALUES ({id}, {big}, 'new', 0);"
              + " UPDATE {t} SET n = 9 WHERE id = {id}; COMMIT",
          "DELETE FROM {t} WHERE id = {id} + 1000");

  /** Every ordered triple of the steps above is done to a row of its own. */
  @Test
  void unchangedValuesStoredOutOfLineAreFoundWhateverElseChanged() throws Exception {
    int steps = TOASTED.size();
    int rows = steps * steps * steps;
    for (String table : List.of("keyed", "full")) {
      trip.run(
          "CREATE TABLE public." + table + " (id int, a text, b text, n int)",
          "ALTER TABLE public." + table + " ALTER a SET STORAGE EXTERNAL");
    }
    trip.run(
        "ALTER TABLE public.keyed ADD PRIMARY KEY (id)",
        "ALTER TABLE public.full REPLICA IDENTITY FULL",
        "CREATE INDEX ON public.full (id)");
    // Rows stand 4000 apart, so that moved ones do not meet.
    String ids = "(i * 4000), (i * 4000 + 1)";
    for (String table : List.of("keyed", "full")) {
      trip.run(
          "INSERT INTO public."
              + table
              + " SELECT id, "
              + big("id")
              + ", "
              + big("-id")
              + ", 0 FROM generate_series(1, "
              + rows
              + ") i, LATERAL (VALUES "
              + ids
              + ") v (id)");
    }
    trip.protect();
    try (Connection connection = postgres.connect("app");
        Statement sql = connection.createStatement()) {
      for (String table : List.of("public.keyed", "public.full")) {
        int row = 0;
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < steps; i++) {
          for (int j = 0; j < steps; j++) {
            for (int k = 0; k < steps; k++) {
              row++;
              for (int step : new int[] {i, j, k}) {
                batch
                    .append(
                        TOASTED
                            .get(step)
                            .replace("{free}", FREE)
                            .replace("{t}", table)
                            .replace("{id}", String.valueOf(row * 4000))
                            .replace("{big}", big("'" + row + "-" + step + "'")))
                    .append(";\n");
              }
              if (row % 50 == 0) {
                sql.execute(batch.toString());
                batch.setLength(0);
              }
            }
          }
        }
        sql.execute(batch.toString());
      }
    }
    trip.restoreAndCompareRows("restored_unchangedvalues");
  }

  @Test
  void truncatedTablesComeBackWithWhatCameAfter() throws Exception {
    trip.run(
        "CREATE TABLE public.a (id serial PRIMARY KEY, v text)",
        "CREATE TABLE public.b (id serial PRIMARY KEY, a int REFERENCES public.a)",
        "CREATE TABLE public.bag (v text)",
        "ALTER TABLE public.bag REPLICA IDENTITY FULL",
        "CREATE TABLE public.p (id int, v text, PRIMARY KEY (id)) PARTITION BY RANGE (id)",
        "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE public.p2 PARTITION OF public.p FOR VALUES FROM (10) TO (20)",
        "CREATE TABLE public.parent (id int PRIMARY KEY)",
        "CREATE TABLE public.child (PRIMARY KEY (id)) INHERITS (public.parent)",
        "CREATE TABLE public.kept (id int PRIMARY KEY)");
    String fill =
        "INSERT INTO public.a (v) SELECT "
            + big("g")
            + " FROM generate_series(1, 5) g; INSERT INTO public.b (a) SELECT id FROM public.a;"
            + " INSERT INTO public.bag VALUES (NULL), (NULL), ('x'), ('x');"
            + " INSERT INTO public.p SELECT g, 'v' FROM generate_series(5, 14) g;"
            + " INSERT INTO public.parent VALUES (1), (2); INSERT INTO public.child VALUES (3);"
            + " INSERT INTO public.kept VALUES (1)";
    trip.run(fill);
    trip.protect();
    trip.run(
        "UPDATE public.a SET v = v || 'x' WHERE id = 1",
        "TRUNCATE public.a CASCADE",
        "BEGIN; INSERT INTO public.a (v) VALUES ('gone again'); TRUNCATE public.a, public.b RESTART"
            + " IDENTITY; INSERT INTO public.a (v) VALUES ("
            + big("'after'")
            + "); UPDATE public.a SET id = 50 WHERE id = 1; COMMIT",
        "BEGIN; TRUNCATE public.kept; ROLLBACK",
        "BEGIN; SAVEPOINT s; TRUNCATE public.kept; ROLLBACK TO s; INSERT INTO public.kept VALUES"
            + " (2); COMMIT",
        "TRUNCATE public.p1",
        "INSERT INTO public.p VALUES (1, 'one')",
        "TRUNCATE ONLY public.parent",
        "TRUNCATE public.bag",
        "INSERT INTO public.bag VALUES (NULL), ('y')",
        "DELETE FROM public.bag WHERE v IS NULL");
    trip.restoreAndCompareRows("restored_first");
    trip.run(
        "TRUNCATE public.p, public.parent, public.bag, public.a CASCADE",
        "INSERT INTO public.p VALUES (2, 'two'), (12, 'twelve')",
        "INSERT INTO public.bag VALUES ('x')");
    trip.restoreAndCompareRows("restored_second");
  }

  @Test
  void equalRowsWithoutAKeyAreCountedAndRowsMoveBetweenPartitions() throws Exception {
    trip.run(
        "CREATE TABLE public.bag (a int, b text, c numeric)",
        "ALTER TABLE public.bag REPLICA IDENTITY FULL",
        "INSERT INTO public.bag SELECT i % 3, NULL, NULL FROM generate_series(1, 30) i",
        "INSERT INTO public.bag SELECT NULL, '', 1.0 FROM generate_series(1, 10) i",
        "CREATE TABLE public.p (id int, r text, v text, PRIMARY KEY (id, r)) PARTITION BY LIST (r)",
        "CREATE TABLE public.pa PARTITION OF public.p FOR VALUES IN ('a')",
        "CREATE TABLE public.pb (v text, r text NOT NULL, gone int, id int NOT NULL)",
        "ALTER TABLE public.pb DROP COLUMN gone",
        "ALTER TABLE public.p ATTACH PARTITION public.pb FOR VALUES IN ('b')",
        "INSERT INTO public.p SELECT i, 'a', " + big("i") + " FROM generate_series(1, 20) i");
    trip.protect();
    String one = "(SELECT min(ctid) FROM public.bag WHERE ";
    trip.run(
        "DELETE FROM public.bag WHERE ctid = " + one + "a = 1)",
        "UPDATE public.bag SET a = 2 WHERE ctid = " + one + "a = 0)",
        "UPDATE public.bag SET c = 1.00 WHERE ctid = " + one + "b = '')",
        "UPDATE public.bag SET b = NULL WHERE ctid = " + one + "b = '')",
        "UPDATE public.bag SET a = a",
        "INSERT INTO public.bag SELECT * FROM public.bag",
        "UPDATE public.p SET r = 'b' WHERE id <= 10",
        "UPDATE public.p SET r = 'a', id = id + 100 WHERE id <= 3",
        "UPDATE public.p SET v = 'x' WHERE id = 5");
    trip.restoreAndCompareRows("restored_equalrows");
  }

  @Test
  void savepointsPreparedTransactionsAndDeferredConstraintsCommitWhatTheyCommit() throws Exception {
    trip.run(
        "CREATE TABLE public.t (id int PRIMARY KEY, v text)",
        "CREATE TABLE public.u (id int PRIMARY KEY, t int REFERENCES public.t DEFERRABLE INITIALLY"
            + " DEFERRED)",
        "CREATE TABLE public.d (id int, UNIQUE (id) DEFERRABLE INITIALLY DEFERRED)",
        "ALTER TABLE public.d REPLICA IDENTITY FULL",
        "INSERT INTO public.d SELECT generate_series(1, 5)");
    trip.protect();
    trip.run(
        "BEGIN; INSERT INTO public.t VALUES (1, 'kept'); SAVEPOINT a; INSERT INTO public.t VALUES"
            + " (2, 'undone'); SAVEPOINT b; UPDATE public.t SET v = 'undone'; ROLLBACK TO a;"
            + " INSERT INTO public.t VALUES (2, 'second try'); SAVEPOINT c; DELETE FROM public.t"
            + " WHERE id = 1; ROLLBACK TO c; RELEASE c; COMMIT",
        "BEGIN; INSERT INTO public.u VALUES (1, 77); INSERT INTO public.t VALUES (77, 'late');"
            + " COMMIT",
        "UPDATE public.d SET id = 6 - id",
        "BEGIN; INSERT INTO public.t SELECT i, repeat('x', 1000) FROM generate_series(1000, 20000)"
            + " i; SAVEPOINT s; DELETE FROM public.t WHERE id >= 1000; ROLLBACK TO s; COMMIT",
        "BEGIN; INSERT INTO public.t VALUES (10, 'prepared'); PREPARE TRANSACTION 'one'",
        "BEGIN; INSERT INTO public.t VALUES (11, 'never'); PREPARE TRANSACTION 'two'",
        "BEGIN; INSERT INTO public.t VALUES (12, 'over a restart'); SAVEPOINT s; INSERT INTO"
            + " public.t VALUES (13, 'undone'); ROLLBACK TO s; PREPARE TRANSACTION 'three'",
        "BEGIN; INSERT INTO public.t VALUES (14, 'while stopped'); PREPARE TRANSACTION 'four'",
        "INSERT INTO public.t VALUES (20, 'beside')",
        "COMMIT PREPARED 'one'",
        "ROLLBACK PREPARED 'two'");
    trip.rig.sealed();
    trip.rig.stop();
    trip.run("COMMIT PREPARED 'four'");
    trip.rig.start();
    trip.streaming();
    trip.run("COMMIT PREPARED 'three'");
    trip.restoreAndCompareRows("restored_savepoints");
    assertThat(trip.rig.entries(HoleRecorded.class)).isEmpty();
  }

  @Test
  void sequencesAreNeverBehindWhateverWasDoneToThem() throws Exception {
    trip.run(
        "CREATE TABLE public.t (id serial PRIMARY KEY, always int GENERATED ALWAYS AS IDENTITY,"
            + " low int GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1 START -1 MAXVALUE -1))",
        "CREATE SEQUENCE public.plain CACHE 20",
        "CREATE SEQUENCE public.down INCREMENT -5 MINVALUE -100000",
        "CREATE SEQUENCE public.round MAXVALUE 10 CYCLE",
        "CREATE SEQUENCE public.untouched START 7",
        "CREATE SEQUENCE public.\"od.d \"\"name\"\"\"",
        "INSERT INTO public.t DEFAULT VALUES");
    trip.protect();
    trip.run(
        "INSERT INTO public.t SELECT FROM generate_series(1, 100)",
        "SELECT nextval('public.plain'), nextval('public.down'), nextval('public.down')",
        "SELECT nextval('public.round') FROM generate_series(1, 23)",
        "SELECT nextval('public.\"od.d \"\"name\"\"\"') FROM generate_series(1, 3)");
    trip.rig.sealed();
    trip.rig.stop();
    trip.run(
        "INSERT INTO public.t SELECT FROM generate_series(1, 100)",
        "BEGIN; SELECT nextval('public.plain') FROM generate_series(1, 50); ROLLBACK",
        "ALTER SEQUENCE public.down RESTART WITH -40");
    trip.rig.start();
    trip.streaming();
    trip.run("SELECT setval('public.untouched', 7, false)", "SELECT setval('public.plain', 5000)");
    trip.restoreAndCompareRows("restored_sequencesare");
    Map<String, Long> source = sequences("app");
    Map<String, Long> restored = sequences("restored_sequencesare");
    assertThat(restored.keySet()).isEqualTo(source.keySet());
    // Any value will do for one that goes round: it repeats them all.
    source.remove("round");
    source.forEach(
        (name, reached) ->
            assertThat(restored)
                .hasEntrySatisfying(name, at -> assertThat(at).isGreaterThanOrEqualTo(reached)));
    assertThat(restored.get("untouched")).isEqualTo(source.get("untouched"));
    postgres.execute("restored_sequencesare", "INSERT INTO public.t DEFAULT VALUES");
  }

  /** How far each has come in its own direction; where it stands before its first value. */
  private static Map<String, Long> sequences(String database) throws Exception {
    Map<String, Long> reached = new TreeMap<>();
    List<String> names = new ArrayList<>();
    try (Connection connection = postgres.connect(database);
        Statement sql = connection.createStatement()) {
      try (ResultSet row =
          sql.executeQuery(
              "SELECT format('SELECT %L, sign(%s) * last_value * 2 + is_called::int FROM"
                  + " public.%I', sequencename, increment_by, sequencename) FROM pg_sequences WHERE"
                  + " schemaname = 'public'")) {
        while (row.next()) {
          names.add(row.getString(1));
        }
      }
      for (String query : names) {
        try (ResultSet row = sql.executeQuery(query)) {
          row.next();
          reached.put(row.getString(1), row.getLong(2));
        }
      }
    }
    return reached;
  }

  @Test
  void afterPartitionsAndLabelsChangedRowsAreExact() throws Exception {
    trip.run(
        "CREATE TYPE public.mood AS ENUM ('sad', 'ok')",
        "CREATE TABLE public.p (id int PRIMARY KEY, m public.mood) PARTITION BY RANGE (id)",
        "CREATE TABLE public.p1 PARTITION OF public.p FOR VALUES FROM (0) TO (10)",
        "CREATE TABLE public.p2 (id int PRIMARY KEY, m public.mood)",
        "INSERT INTO public.p VALUES (1, 'sad')",
        "INSERT INTO public.p2 VALUES (11, 'ok')");
    trip.protect();
    changed("ALTER TABLE public.p ATTACH PARTITION public.p2 FOR VALUES FROM (10) TO (20)");
    trip.run(
        "INSERT INTO public.p VALUES (2, 'ok'), (13, 'sad')",
        "UPDATE public.p SET id = id + 1 WHERE id = 11 OR id = 2");
    trip.restoreAndCompareRows("restored_attached");
    changed("ALTER TYPE public.mood ADD VALUE 'so so' BEFORE 'ok'");
    trip.run(
        "INSERT INTO public.p VALUES (5, 'so so')", "UPDATE public.p SET m = 'so so' WHERE id = 1");
    changed("ALTER TYPE public.mood RENAME VALUE 'so so' TO 'fine'");
    trip.run("DELETE FROM public.p WHERE id = 5", "UPDATE public.p SET id = 7 WHERE id = 1");
    changed("ALTER TABLE public.p DETACH PARTITION public.p1");
    trip.run("INSERT INTO public.p1 VALUES (100, 'fine')", "DELETE FROM public.p1 WHERE id = 7");
    trip.restoreAndCompareRows("restored_detached");
    RoundTrip.assertSameSchema(postgres, "restored_detached", postgres, "app");
  }

  /** Changes a definition, and waits until rows can be restored under what it is now. */
  private void changed(String ddl) throws Exception {
    long before = definitions();
    trip.run(ddl);
    trip.rig.sealed();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(() -> assertThat(definitions()).isGreaterThan(before));
    trip.streaming();
  }

  /** How often the chain says what the definitions are: by a base, or by a version of its own. */
  private long definitions() {
    return trip.rig.entries(BaseSealed.class).size()
        + trip.rig.entries(SchemaRecorded.class).stream().filter(SchemaRecorded::known).count();
  }
}
