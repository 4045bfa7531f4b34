/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.testkit.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A restore that is killed with -9 again and again, at random moments, comes to the right end. */
@ExtendWith(Seeded.class)
class KilledRestoreTest {

  private static final List<Phase> EVERYWHERE =
      Boolean.getBoolean("holdfast.long")
          ? List.of(
              Phase.SCHEMA, Phase.ROWS, Phase.ROWS, Phase.INDEXES, Phase.INDEXES, Phase.VERIFY)
          : List.of(Phase.SCHEMA, Phase.ROWS, Phase.INDEXES, Phase.VERIFY);

  private static final List<Phase> ONCE_EACH = List.of(Phase.ROWS, Phase.INDEXES, Phase.VERIFY);

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private final EmbeddedPostgres postgres = servers.newPostgres();
  private ProtectedSource source;

  @BeforeEach
  void protect() throws Exception {
    postgres.execute("postgres", "CREATE DATABASE app");
    postgres.execute(
        "app",
        "CREATE TABLE large (id int PRIMARY KEY, v int, t text)",
        "CREATE TABLE part (id int, k int) PARTITION BY RANGE (id)",
        "CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (500)",
        "CREATE TABLE part_2 PARTITION OF part FOR VALUES FROM (500) TO (100000)",
        "ALTER TABLE part ADD PRIMARY KEY (id)",
        "CREATE TABLE pointing (id serial PRIMARY KEY, large int REFERENCES large,"
            + " index regclass)",
        "CREATE TABLE audit (what text)",
        "ALTER TABLE audit REPLICA IDENTITY FULL",
        "CREATE TABLE papers (id int PRIMARY KEY, scan oid)",
        "INSERT INTO large SELECT i, 0, repeat(md5(i::text), 20) FROM generate_series(1, 20000) i",
        "INSERT INTO part SELECT i, i FROM generate_series(1, 999) i",
        "INSERT INTO papers SELECT i, lo_from_bytea(0, decode(repeat(md5(i::text), 50), 'hex'))"
            + " FROM generate_series(1, 20) i",
        "CREATE INDEX large_v ON large (v)",
        "CREATE INDEX large_t ON large (t)",
        "INSERT INTO pointing (large, index) SELECT i, 'large_v' FROM generate_series(1, 300) i",
        "CREATE MATERIALIZED VIEW counted AS SELECT v, count(*) FROM large GROUP BY v",
        "CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$BEGIN INSERT INTO public.audit VALUES (TG_OP); RETURN NULL; END$$",
        "CREATE TRIGGER noted AFTER UPDATE ON part FOR EACH ROW EXECUTE FUNCTION noted()",
        "ALTER TABLE large ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY mine ON large USING (v > 0)",
        "COMMENT ON POLICY mine ON large IS 'mine'",
        "CREATE RULE kept AS ON DELETE TO audit DO INSTEAD NOTHING",
        "CREATE PUBLICATION ours FOR TABLE large",
        "CREATE STATISTICS related ON v, t FROM large",
        "CREATE FUNCTION noted_ddl() RETURNS event_trigger LANGUAGE plpgsql AS"
            + " $$BEGIN INSERT INTO public.audit VALUES (TG_TAG); END$$",
        "CREATE EVENT TRIGGER noted_ddl ON ddl_command_end EXECUTE FUNCTION noted_ddl()",
        "CREATE EVENT TRIGGER noted_drops ON sql_drop EXECUTE FUNCTION noted_ddl()",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC");
    source =
        new ProtectedSource(
            postgres, "app", new TableScope(List.of("public"), List.of()), new Random(7));
    source.protect();
    postgres.execute(
        "app",
        "UPDATE large SET v = id % 10, t = md5(t) WHERE id % 3 = 0",
        "DELETE FROM large WHERE id > 19000 AND id % 2 = 0",
        "INSERT INTO large SELECT i, 1, md5(i::text) FROM generate_series(30001, 31000) i",
        "UPDATE part SET id = id + 1000 WHERE id % 5 = 0");
    source.seal();
    RestoreProcess.prepare(folder, source);
    postgres.execute("app", "INSERT INTO large VALUES (-1, -1, 'later')");
    source.seal();
  }

  @AfterEach
  void close() throws SQLException {
    source.close();
  }

  @Test
  void itGoesOnWhereItWasHoweverOften(Random random) throws Exception {
    killed(random, EVERYWHERE, 64 << 20, () -> {});
  }

  @Test
  void soItDoesInShares(Random random) throws Exception {
    killed(random, ONCE_EACH, 1200 << 10, () -> {});
  }

  @Test
  void soItDoesWhenTheServerCrashesToo(Random random) throws Exception {
    killed(
        random,
        ONCE_EACH,
        64 << 20,
        () -> {
          postgres.kill9();
          postgres.start();
        });
  }

  private interface More {
    void happens() throws Exception;
  }

  /**
   * @param phases in which it is killed, in random order
   */
  private void killed(Random random, List<Phase> phases, long memory, More more) throws Exception {
    List<Phase> kills = new ArrayList<>(phases);
    Collections.shuffle(kills, random);
    boolean goesOn = false;
    for (Phase phase : kills) {
      try (ChildProcess restore = RestoreProcess.start(folder, postgres, "restored", memory)) {
        Eventually.within(Duration.ofSeconds(60))
            .is(
                "at " + phase,
                () -> !restore.isAlive() || restore.logTail(1_000).contains(phase.name()));
        Thread.sleep(random.nextInt(200));
        if (!restore.isAlive()) {
          assertEnded(restore, goesOn);
          return;
        }
        restore.kill9();
        more.happens();
        goesOn |= phase.compareTo(Phase.SCHEMA) > 0;
      }
    }
    try (ChildProcess restore = RestoreProcess.start(folder, postgres, "restored", memory)) {
      restore.onExit().get(120, TimeUnit.SECONDS);
      assertEnded(restore, goesOn);
    }
  }

  private void assertEnded(ChildProcess restore, boolean wentOn) throws Exception {
    String said = restore.logTail(1_000);
    assertThat(restore.exitCode()).as(said).hasValue(0);
    assertThat(said).doesNotContain("not restored");
    if (wentOn) {
      assertThat(said).contains("this one went on with it");
    }
    assertRestored();
  }

  private void assertRestored() throws Exception {
    postgres.execute("app", "DELETE FROM large WHERE id = -1");
    assertThat(contents("restored")).isEqualTo(contents("app"));
    for (String query :
        List.of(
            "SELECT string_agg(indexdef, ';' ORDER BY indexname) FROM pg_indexes"
                + " WHERE schemaname = 'public'",
            "SELECT string_agg(conname || pg_get_constraintdef(oid), ';' ORDER BY conname, conrelid::regclass::text)"
                + " FROM pg_constraint WHERE connamespace = 'public'::regnamespace",
            "SELECT string_agg(pg_get_triggerdef(oid), ';' ORDER BY tgrelid::regclass::text, tgname)"
                + " FROM pg_trigger WHERE NOT tgisinternal",
            "SELECT string_agg(evtname, ';' ORDER BY evtname) FROM pg_event_trigger"
                + " WHERE evtname !~ '^holdfast'",
            "SELECT string_agg(polname, ';') FROM pg_policy",
            "SELECT string_agg(pg_get_ruledef(oid), ';') FROM pg_rewrite WHERE rulename = 'kept'",
            "SELECT string_agg(tablename, ';') FROM pg_publication_tables WHERE pubname = 'ours'",
            "SELECT string_agg(stxname, ';') FROM pg_statistic_ext",
            "SELECT count(*) FROM pg_default_acl",
            "SELECT relrowsecurity FROM pg_class WHERE relname = 'large'",
            "SELECT obj_description(oid, 'pg_policy') FROM pg_policy",
            "SELECT last_value >= 300 FROM pointing_id_seq",
            "SELECT count(*) || ' ' || sum(length(lo_get(oid))) FROM pg_largeobject_metadata")) {
      assertThat(single("restored", query)).as(query).isEqualTo(single("app", query));
    }
    assertThat(
            single(
                "restored",
                "SELECT string_agg(index::text, ';') FROM (SELECT DISTINCT index FROM pointing) i"))
        .isEqualTo("large_v");
    assertThat(single("restored", "SELECT sum(count) FROM counted")).isEqualTo("20500");
    assertThat(single("restored", "SELECT count(*) FROM pg_class WHERE relname ~ '^named_'"))
        .isEqualTo("0");
    assertThat(
            Integer.parseInt(
                single(
                    "restored",
                    "SELECT count(*) FROM holdfast.restored_parts WHERE part ~ '^rows '")))
        .isPositive();
  }

  private List<TableContent> contents(String database) {
    Connections connections =
        Connections.to(
            source.urlOf(database),
            new Credentials(EmbeddedPostgres.SUPERUSER, postgres.password()));
    return ContentHash.of(connections, ContentHash.tables(connections), Optional.empty(), 1);
  }

  private String single(String database, String query) throws SQLException {
    try (Connection connection = postgres.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
