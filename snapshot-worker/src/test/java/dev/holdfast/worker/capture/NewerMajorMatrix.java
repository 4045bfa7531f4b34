/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From every PostgreSQL into the same and every newer one: base, changes, changed definitions, more
 * changes.
 */
@EnabledIfSystemProperty(
    named = NewerPostgresCondition.MAJOR,
    matches = "18",
    disabledReason = "runs once, on servers of all versions")
class NewerMajorMatrix {

  /** Where the build has put the servers' artifacts. */
  private static final Path PROGRAMS = Path.of("target/postgres");

  private static final List<Integer> MAJORS = List.of(15, 16, 17, 18);

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static Stream<Arguments> pairs() {
    return MAJORS.stream()
        .flatMap(
            from ->
                MAJORS.stream().filter(into -> into >= from).map(into -> Arguments.of(from, into)));
  }

  @ParameterizedTest(name = "from {0} into {1}")
  @MethodSource("pairs")
  void whatWasCapturedComesBack(int from, int into) throws Exception {
    EmbeddedPostgres source = server(from);
    EmbeddedPostgres target = server(into);
    try (RoundTrip trip = new RoundTrip(folder, source)) {
      for (String statement : definitions(from)) {
        run(trip, statement);
      }
      trip.protect();
      for (int i = 0; i < 200; i++) {
        trip.run(
            "INSERT INTO public.orders (customer, note) VALUES (" + i % 10 + ", 'n" + i + "')");
      }
      trip.run(
          "UPDATE public.orders SET note = note || '!' WHERE id % 3 = 0",
          "DELETE FROM public.orders WHERE id % 7 = 0",
          "ALTER TABLE public.orders ADD COLUMN state public.mood NOT NULL DEFAULT 'fine'",
          "ALTER TYPE public.mood ADD VALUE 'odd'",
          "CREATE TABLE public.later (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), v jsonb)",
          "ALTER TABLE public.customers ALTER COLUMN name DROP NOT NULL",
          "UPDATE public.orders SET state = 'odd' WHERE id % 5 = 0",
          "INSERT INTO public.later (v) SELECT to_jsonb(i) FROM generate_series(1, 50) i",
          "UPDATE public.customers SET name = NULL WHERE id = 1");

      RestoreReport report = trip.restore(target, "restored");

      assertThat(trip.rig.entries(HoleRecorded.class)).isEmpty();
      assertThat(trip.rig.entries(BaseSealed.class)).hasSize(1);
      assertThat(trip.rig.entries(SchemaRecorded.class)).anyMatch(SchemaRecorded::known);
      assertThat(report.notes()).noneMatch(note -> note.contains("refused"));
      assertThat(report.notes()).noneMatch(note -> note.startsWith("not restored"));
      assertThat(RoundTrip.rows(target, "restored")).isEqualTo(RoundTrip.rows(source, "app"));
      RoundTrip.assertSameSchema(target, "restored", source, "app");
      assertThat(memberships(target)).isEqualTo(memberships(source));
      if (from >= 16) {
        assertThat(memberships(target)).contains("(clerks,ann,f,f,t)", "(clerks,bob,t,t,f)");
      }
    }
  }

  private EmbeddedPostgres server(int major) {
    return servers.newPostgres(
        options -> options.programs(Optional.of(PROGRAMS.resolve("postgres-" + major + ".jar"))));
  }

  private static void run(RoundTrip trip, String statement) throws SQLException {
    try {
      trip.run(statement);
    } catch (SQLException e) {
      throw new SQLException(statement, e);
    }
  }

  private static List<String> memberships(EmbeddedPostgres server) throws Exception {
    List<String> found = new ArrayList<>();
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT ROW(roleid::regrole, member::regrole, admin_option,"
                    + " to_jsonb(a) -> 'inherit_option', to_jsonb(a) -> 'set_option')::text"
                    + " FROM pg_auth_members a WHERE member::regrole::text IN ('ann', 'bob')"
                    + " ORDER BY 1")) {
      while (row.next()) {
        found.add(row.getString(1).replace("true", "t").replace("false", "f"));
      }
    }
    return found;
  }

  private static List<String> definitions(int major) {
    List<String> statements =
        new ArrayList<>(
            List.of(
                "CREATE TYPE public.mood AS ENUM ('fine', 'sad')",
                "CREATE TABLE public.customers (id int PRIMARY KEY, name text NOT NULL,"
                    + " upper text GENERATED ALWAYS AS (upper(name)) STORED)",
                "INSERT INTO public.customers SELECT i, 'c' || i FROM generate_series(0, 9) i",
                "CREATE TABLE public.orders (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY"
                    + " KEY, customer int NOT NULL REFERENCES public.customers, note text,"
                    + " CHECK (note <> ''))",
                "CREATE TABLE public.days (day date NOT NULL, n int) PARTITION BY RANGE (day)",
                "CREATE TABLE public.days_2026 PARTITION OF public.days FOR VALUES FROM"
                    + " ('2026-01-01') TO ('2027-01-01')",
                "ALTER TABLE public.days_2026 ADD PRIMARY KEY (day)",
                "INSERT INTO public.days VALUES ('2026-11-29', 1)",
                "CREATE VIEW public.moods AS SELECT o.id, c.name FROM public.orders o"
                    + " JOIN public.customers c ON c.id = o.customer",
                "CREATE FUNCTION public.f(a int) RETURNS int LANGUAGE sql RETURN a + 1",
                "CREATE ROLE clerks",
                "CREATE ROLE ann",
                "CREATE ROLE bob"));
    if (major >= 16) {
      statements.add("GRANT clerks TO ann WITH INHERIT FALSE, SET TRUE");
      statements.add("GRANT clerks TO bob WITH ADMIN TRUE, INHERIT TRUE, SET FALSE");
    }
    if (major >= 17) {
      statements.add(
          "CREATE TABLE public.documents (id int PRIMARY KEY, title text COLLATE pg_c_utf8)");
      statements.add("INSERT INTO public.documents VALUES (1, 'Ärger')");
    }
    if (major >= 18) {
      statements.add(
          "CREATE TABLE public.prices (id uuid PRIMARY KEY DEFAULT uuidv7(), net numeric,"
              + " gross numeric GENERATED ALWAYS AS (net * 1.19) VIRTUAL,"
              + " CONSTRAINT net_there NOT NULL net, CHECK (net > 0) NOT ENFORCED)");
      statements.add("INSERT INTO public.prices (net) VALUES (10), (-1)");
      statements.add("ALTER TABLE public.days_2026 ADD CONSTRAINT n_there NOT NULL n NOT VALID");
    }
    return statements;
  }
}
