/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.testkit.TestServers;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are odd by their size, their names, or what their values point to. */
class OddValuesIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres = servers.newPostgres();
  private RoundTrip trip;

  @BeforeEach
  void prepare() throws Exception {
    trip = new RoundTrip(folder, postgres);
  }

  @AfterEach
  void clear() throws Exception {
    trip.close();
  }

  private static final List<String> NAMES =
      List.of(
          "a.b",
          "with space",
          "\"quoted\"",
          "it's",
          "100%",
          "%s",
          "select",
          "user",
          "UPPER",
          "ünïcödé 日本",
          "back\\slash",
          "tab\there",
          "line\nbreak",
          "$1",
          "{x}",
          "-- comment",
          "; drop",
          "x".repeat(63));

  @Test
  void oddNamesOfTablesColumnsAndSequencesComeBack() throws Exception {
    for (String name : NAMES) {
      String quoted = Sql.identifier(name);
      trip.run(
          "CREATE TABLE public." + quoted + " (" + quoted + " serial PRIMARY KEY, v text)",
          "INSERT INTO public." + quoted + " (v) VALUES ('base'), ('goes'), ('changes')");
    }
    trip.protect();
    for (String name : NAMES) {
      String quoted = Sql.identifier(name);
      trip.run(
          "INSERT INTO public." + quoted + " (v) VALUES ('streamed')",
          "UPDATE public." + quoted + " SET v = 'changed' WHERE v = 'changes'",
          "DELETE FROM public." + quoted + " WHERE v = 'goes'");
    }
    trip.restoreAndCompareRows("restored_names");
    RoundTrip.assertSameSchema(postgres, "restored_names", postgres, "app");
  }

  @Test
  void columnsThatWereDroppedAddedAgainAndGeneratedComeBack() throws Exception {
    trip.run(
        "CREATE TABLE public.c (gone int, id int PRIMARY KEY, v text, old text)",
        "INSERT INTO public.c SELECT i, i, 'v' || i, 'old' FROM generate_series(1, 10) i",
        "ALTER TABLE public.c DROP COLUMN gone",
        "ALTER TABLE public.c DROP COLUMN old",
        "ALTER TABLE public.c ADD COLUMN old int NOT NULL DEFAULT 7",
        "ALTER TABLE public.c ADD COLUMN g int GENERATED ALWAYS AS (id * 2) STORED",
        "ALTER TABLE public.c ADD COLUMN tail text DEFAULT 'fast default'",
        "CREATE TABLE public.nothing ()",
        "INSERT INTO public.nothing DEFAULT VALUES",
        "INSERT INTO public.nothing DEFAULT VALUES",
        "ALTER TABLE public.nothing REPLICA IDENTITY FULL",
        "CREATE TABLE public.only_generated (g int GENERATED ALWAYS AS (1) STORED)",
        "INSERT INTO public.only_generated DEFAULT VALUES",
        "CREATE TABLE public.dropped_all (x int)",
        "INSERT INTO public.dropped_all VALUES (1)",
        "ALTER TABLE public.dropped_all DROP COLUMN x");
    trip.protect();
    trip.run(
        "INSERT INTO public.c (id, v) VALUES (11, 'new')",
        "UPDATE public.c SET tail = NULL WHERE id = 3",
        "UPDATE public.c SET id = 30 WHERE id = 4",
        "DELETE FROM public.c WHERE id = 5");
    trip.restoreAndCompareRows("restored_columns");
  }

  @Test
  void whatIsInATablespaceComesBackInTheDefaultOneAndThatIsTold() throws Exception {
    trip.run(
        "SET allow_in_place_tablespaces TO on",
        "CREATE TABLESPACE \"slow disk\" LOCATION ''",
        "CREATE TABLE public.archive (id int PRIMARY KEY, v text) TABLESPACE \"slow disk\"",
        "INSERT INTO public.archive VALUES (1, 'old')",
        "CREATE TEMPORARY TABLE gone (id int)");
    trip.protect();
    trip.run("CREATE TEMPORARY TABLE gone (id int); INSERT INTO gone VALUES (1)");
    RestoreReport report = trip.restoreAndCompareRows("restored_tablespace");
    assertThat(report.notes())
        .singleElement()
        .satisfies(note -> assertThat(note).startsWith("tablespace \"slow disk\" is not kept"));
  }

  @Test
  void valuesThatNameWhatIsMadeLaterComeBackAndThoseThatNameNothingAreTold() throws Exception {
    trip.run(
        "CREATE SCHEMA other",
        "CREATE TABLE other.out_of_scope (id int)",
        "CREATE TABLE public.t (id int PRIMARY KEY, v int)",
        "CREATE INDEX t_v ON public.t (v)",
        "CREATE VIEW public.seen AS SELECT 1 AS one",
        "CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE"
            + " EXCEPTION 'no'; END $$",
        "CREATE TABLE public.points (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v regclass,"
            + " p regprocedure, o regoperator, n int REFERENCES public.t)",
        "INSERT INTO public.points (v, p, o) VALUES ('public.t_v', 'public.refuse()', '0'),"
            + " ('public.t_pkey', NULL, '+(int,int)'), ('public.seen', '-', NULL),"
            + " ('public.t', '0', NULL), (NULL, NULL, NULL), ('4000000000', NULL, NULL)",
        "ALTER TABLE public.points ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE public.lost (id int PRIMARY KEY, v regclass)",
        "CREATE TRIGGER refuse BEFORE INSERT ON public.lost FOR EACH ROW EXECUTE FUNCTION"
            + " public.refuse()",
        "ALTER TABLE public.lost DISABLE TRIGGER refuse",
        "INSERT INTO public.lost VALUES (1, 'public.t'), (2, 'other.out_of_scope')",
        "ALTER TABLE public.lost ENABLE TRIGGER refuse");
    trip.protect();
    trip.run(
        "INSERT INTO public.points (v) SELECT v FROM public.points",
        "UPDATE public.points SET v = 'public.points_pkey' WHERE id = 2");
    RestoreReport report = trip.restore(postgres, "restored_points");
    assertThat(report.notes())
        .singleElement()
        .satisfies(
            note ->
                assertThat(note)
                    .contains("1 values", "\"lost\".\"v\"", "such as other.out_of_scope"));
    var source = RoundTrip.rows(postgres, "app");
    var restored = RoundTrip.rows(postgres, "restored_points");
    assertThat(restored.remove("public.lost")).containsExactly("1\tpublic.t", "2\t-");
    source.remove("public.lost");
    assertThat(restored).isEqualTo(source);
  }

  @Test
  void bytesOfTheOneByteTypeComeBack() throws Exception {
    trip.run(
        "CREATE TABLE public.bytes (id int PRIMARY KEY, v \"char\")",
        "INSERT INTO public.bytes SELECT i, i::\"char\" FROM generate_series(-128, 127) i");
    trip.protect();
    trip.run(
        "INSERT INTO public.bytes SELECT i + 1000, i::\"char\" FROM generate_series(-128, 127) i");
    trip.restoreAndCompareRows("restored_bytes");
  }

  @Test
  void largeValuesComeBack() throws Exception {
    int megabytes = Boolean.getBoolean("holdfast.long") ? 100 : 20;
    trip.run(
        "CREATE TABLE public.large (id int PRIMARY KEY, b bytea, t text, n int)",
        bytes(1, megabytes),
        text(2, megabytes));
    trip.protect();
    // One row is streamed whole, and one without its large value, which comes from the base.
    trip.run(bytes(3, megabytes), "UPDATE public.large SET n = 1 WHERE id = 1");
    trip.restoreAndCompareRows("restored_large");
  }

  private static String bytes(int id, int megabytes) {
    return "INSERT INTO public.large SELECT %d, decode(repeat(md5('%d') || '5c0a', %d), 'hex')"
        .formatted(id, id, megabytes * (1 << 20) / 18);
  }

  private static String text(int id, int megabytes) {
    return "INSERT INTO public.large (id, t) SELECT %d, repeat(E'x\\ty\\\\z\\n', %d)"
        .formatted(id, megabytes * (1 << 20) / 6);
  }
}
