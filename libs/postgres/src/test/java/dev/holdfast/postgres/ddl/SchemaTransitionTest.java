/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.ddl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.base.BaseIndex.AddedColumn;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.Publications;
import dev.holdfast.postgres.ddl.SchemaTransition.Outcome;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.TestServers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which changes rows survive: real definitions, and what the triggers note of their change. */
class SchemaTransitionTest {

  private static final String PUBLICATION = "holdfast_main";
  private static final TableScope SCOPE = new TableScope(List.of("%"), List.of("tmp_%", "hidden"));

  /** Ours, and one of the database's users. */
  private Connection sql;

  private Connection user;
  private CatalogState before;

  @RegisterExtension static final TestServers servers = new TestServers();

  @BeforeEach
  void prepare() throws SQLException {
    servers.postgres().execute("postgres", "CREATE DATABASE app");
    Connections connections =
        Connections.to(
            DatabaseUrl.parse(servers.postgres().jdbcUrl("app")),
            new Credentials(PostgresServer.SUPERUSER, servers.postgres().password()));
    sql = connections.open();
    user =
        DriverManager.getConnection(
            servers.postgres().jdbcUrl("app"),
            PostgresServer.SUPERUSER,
            servers.postgres().password().reveal());
    run(
        "CREATE TYPE mood AS ENUM ('sad', 'glad')",
        "CREATE TYPE pair AS (a int, b int)",
        "CREATE TABLE t (id int PRIMARY KEY, v text, n int, m mood, p pair)",
        "CREATE TABLE loose (v text)",
        "CREATE TABLE hidden (id int PRIMARY KEY)",
        "INSERT INTO t VALUES (1, 'x', 1, 'sad', '(1,2)')");
    new Publications(connections, Duration.ofSeconds(5)).apply(PUBLICATION, SCOPE);
    before = CatalogState.read(sql, SCOPE);
  }

  @AfterEach
  void clear() throws SQLException {
    user.close();
    sql.close();
    servers.postgres().execute("postgres", "DROP DATABASE app WITH (FORCE)");
  }

  private void run(String... commands) throws SQLException {
    try (Statement statement = user.createStatement()) {
      for (String command : commands) {
        statement.execute(command);
      }
    }
  }

  private Outcome outcome() throws SQLException {
    return SchemaTransition.between(
        before, CatalogState.read(sql, SCOPE), PUBLICATION, DdlLog.read(sql));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TABLE t DROP COLUMN v",
        "ALTER TABLE t RENAME COLUMN v TO w",
        "ALTER TABLE t RENAME COLUMN id TO key",
        "ALTER TABLE t RENAME TO u",
        "ALTER TABLE t RENAME CONSTRAINT t_pkey TO other",
        "ALTER TABLE t ALTER COLUMN v SET NOT NULL",
        "ALTER TABLE t ALTER COLUMN v SET DEFAULT 'd'",
        "ALTER TABLE t ALTER COLUMN v SET STATISTICS 10",
        "ALTER TABLE t ALTER COLUMN v TYPE varchar",
        "ALTER TABLE t ADD CHECK (n > 0)",
        "ALTER TABLE t ADD UNIQUE (v)",
        "CREATE INDEX ON t (n)",
        "CREATE SCHEMA s; ALTER TABLE t SET SCHEMA s",
        "ALTER SCHEMA public RENAME TO s",
        "DROP TABLE t",
        "DROP TABLE loose",
        "DROP TYPE mood CASCADE",
        "ALTER TYPE mood ADD VALUE 'new' BEFORE 'sad'",
        "ALTER TYPE mood RENAME TO feeling",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE VIEW w AS SELECT id FROM t",
        "GRANT SELECT (v) ON t TO PUBLIC",
        "CREATE TABLE u (id int PRIMARY KEY)",
        "CREATE TABLE u (id serial PRIMARY KEY, t int REFERENCES t); INSERT INTO u VALUES (1, 1)",
        "CREATE TABLE u (v int); ALTER TABLE u REPLICA IDENTITY FULL",
        "BEGIN; CREATE TABLE u (id int); ALTER TABLE u ADD PRIMARY KEY (id);"
            + " INSERT INTO u VALUES (1); COMMIT",
        "CREATE TABLE u (id int, PRIMARY KEY (id)) PARTITION BY LIST (id);"
            + " CREATE TABLE u1 PARTITION OF u FOR VALUES IN (1)",
        "CREATE TABLE hidden2 (id int PRIMARY KEY); DROP TABLE hidden2",
        "CREATE TABLE tmp_x (id int PRIMARY KEY)",
        "CREATE TEMP TABLE x (id int)",
        "DO $$ BEGIN ALTER TABLE t ADD COLUMN c int; ALTER TABLE t DROP COLUMN c; END $$",
      })
  void rowsSurvive(String command) throws SQLException {
    if (command.startsWith("CREATE TABLE u (v int); ")) {
      // Both at once, or the table has had time to get rows that nobody has streamed.
      run("BEGIN", command, "COMMIT");
    } else {
      run(command);
    }
    assertThat(outcome()).isEqualTo(new Outcome.Covered(List.of(), List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE t ALTER COLUMN n TYPE bigint | t",
        "ALTER TABLE t ALTER COLUMN n TYPE int USING n + 1 | t",
        "ALTER TABLE t ADD COLUMN c uuid DEFAULT gen_random_uuid() | t",
        "ALTER TABLE t ADD COLUMN c serial | t",
        "ALTER TABLE t DROP CONSTRAINT t_pkey | t",
        "ALTER TABLE t DROP CONSTRAINT t_pkey, ADD PRIMARY KEY (id, n) | t",
        "ALTER TABLE t REPLICA IDENTITY FULL | t",
        "ALTER TABLE loose ADD COLUMN id int PRIMARY KEY | loose",
        "ALTER TABLE hidden RENAME TO seen | seen",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue' | t",
        "CREATE SCHEMA s; CREATE TABLE s.tmp_u (id int PRIMARY KEY); INSERT INTO s.tmp_u VALUES"
            + " (1); ALTER TABLE s.tmp_u RENAME TO u; ALTER TABLE s.u SET SCHEMA public | u",
        "ALTER TABLE t ADD COLUMN c regclass DEFAULT 't'; ALTER TABLE loose RENAME TO tight | t",
        "CREATE TABLE u (id int) | u",
        "CREATE TABLE u AS SELECT 1 AS id | u",
        "CREATE TABLE u (id int); INSERT INTO u VALUES (1); ALTER TABLE u ADD PRIMARY KEY (id) | u",
        "CREATE UNLOGGED TABLE u (id int PRIMARY KEY); ALTER TABLE u SET LOGGED | u",
        "DROP TABLE loose; CREATE TABLE loose AS SELECT 1 AS id; ALTER TABLE t RENAME v TO w | loose",
        "CREATE TABLE p (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE p1 (id int NOT"
            + " NULL); INSERT INTO p1 VALUES (1); ALTER TABLE p ATTACH PARTITION p1 FOR VALUES IN"
            + " (1) | p1",
        "ALTER TABLE t ALTER COLUMN n TYPE bigint; ALTER TABLE t ADD COLUMN c int DEFAULT 1 | t",
      })
  void rowsOfOneTableDoNotSurvive(String command, String table) throws SQLException {
    run(command);
    assertThat(outcome())
        .isInstanceOfSatisfying(
            Outcome.Covered.class,
            covered -> {
              assertThat(covered.lost())
                  .extracting(lost -> lost.table().name())
                  .containsExactly(table);
              assertThat(covered.lost())
                  .allSatisfy(lost -> assertThat(lost.reason()).contains(table));
              assertThat(covered.added()).isEmpty();
            });
  }

  @Test
  void aTableThatLeavesTheScopeMayNotSurvive() throws SQLException {
    run("ALTER TABLE t RENAME TO tmp_t");
    assertThat(outcome()).isInstanceOf(Outcome.NotCovered.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'x'; ALTER TYPE mood RENAME VALUE 'glad' TO 'sad';"
            + " ALTER TYPE mood RENAME VALUE 'x' TO 'glad'",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'x'; ALTER TYPE mood RENAME VALUE 'x' TO 'sad'",
        "ALTER TYPE pair ADD ATTRIBUTE c int",
        "ALTER TYPE pair RENAME ATTRIBUTE b TO c",
      })
  void aTypeThatMeansSomethingElseLosesTheTablesThatMayHoldIt(String command) throws SQLException {
    run("CREATE TABLE moods (id int PRIMARY KEY, m mood[])", command);
    assertThat(outcome())
        .isInstanceOfSatisfying(
            Outcome.Covered.class,
            covered ->
                assertThat(covered.lost())
                    .extracting(lost -> lost.table().name())
                    .containsExactlyInAnyOrder("t", "moods"));
  }

  @Test
  void aTypeThatNobodyNotedIsNotCoveredByAnythingElse() throws SQLException {
    run(
        "ALTER EVENT TRIGGER holdfast_ddl_command_end DISABLE",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue'",
        "ALTER EVENT TRIGGER holdfast_ddl_command_end ENABLE ALWAYS",
        "CREATE VIEW w AS SELECT id FROM t");
    assertThat(outcome()).isInstanceOf(Outcome.NotCovered.class);
  }

  @Test
  void addedColumnsHaveWhatWasNotedWhenTheyWereAdded() throws SQLException {
    run(
        "ALTER TABLE t ADD COLUMN a int[] DEFAULT '{1,2}', ADD COLUMN b text DEFAULT E'x\\ty,\"z\"',"
            + " ADD COLUMN c date",
        // Writes the values into the rows, and forgets them.
        "UPDATE t SET n = 2");
    assertThat(outcome())
        .isEqualTo(
            new Outcome.Covered(
                List.of(
                    new AddedColumn(oid("t"), 6, Optional.of("{1,2}")),
                    new AddedColumn(oid("t"), 7, Optional.of("x\ty,\"z\"")),
                    new AddedColumn(oid("t"), 8, Optional.empty())),
                List.of()));
  }

  @Test
  void aChangeThatNobodyNotedIsNotCoveredByOneOfAnotherTable() throws SQLException {
    run(
        "ALTER EVENT TRIGGER holdfast_ddl_command_end DISABLE",
        "ALTER TABLE t ADD COLUMN c int DEFAULT 5",
        "ALTER EVENT TRIGGER holdfast_ddl_command_end ENABLE ALWAYS",
        "ALTER TABLE loose ADD COLUMN c int");
    assertThat(outcome()).isInstanceOf(Outcome.NotCovered.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "VACUUM FULL t |",
        "ALTER TABLE t RENAME TO u |",
        "ALTER TABLE t RENAME TO tmp_t |",
        "DROP TABLE t |",
        "ALTER TABLE t ADD CHECK (n > 0) |",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1' |",
        "ALTER TABLE t ADD COLUMN c int | t",
        "ALTER TABLE t RENAME COLUMN v TO w | t",
        "ALTER TABLE t ALTER COLUMN n TYPE int USING n + 1 | t",
        "ALTER TABLE t REPLICA IDENTITY FULL | t",
        "DROP TABLE loose; CREATE TABLE loose (v text) | loose",
        "CREATE TABLE u (id int PRIMARY KEY) | u",
        "ALTER TABLE hidden RENAME TO seen | seen",
        "ALTER TYPE mood RENAME VALUE 'sad' TO 'blue' | t",
      })
  void whatNobodyNotedLosesEveryTableThatIsNotAsItWas(String command, String lost)
      throws SQLException {
    run("DROP EVENT TRIGGER holdfast_ddl_command_end");
    for (String each : command.split(";")) {
      run(each);
    }
    assertThat(SchemaTransition.betweenUnnoted(before, CatalogState.read(sql, SCOPE), PUBLICATION))
        .isInstanceOfSatisfying(
            Outcome.Covered.class,
            covered -> {
              assertThat(covered.lost())
                  .extracting(each -> each.table().name())
                  .containsExactlyElementsOf(lost == null ? List.of() : List.of(lost));
              assertThat(covered.added()).isEmpty();
            });
  }

  @Test
  void aTriggerThatFailsLetsTheCommandThrough() throws SQLException {
    run("ALTER TABLE holdfast.ddl ADD CHECK (event = 'unknown') NOT VALID");
    run("ALTER TABLE t ADD COLUMN c int");
    assertThat(DdlLog.read(sql))
        .extracting(DdlRecord::event)
        .containsOnly(DdlRecord.Event.UNKNOWN)
        .isNotEmpty();
    assertThat(outcome()).isInstanceOf(Outcome.NotCovered.class);

    run("DELETE FROM holdfast.ddl", "ALTER TABLE holdfast.ddl ADD CHECK (false) NOT VALID");
    run("ALTER TABLE t ADD COLUMN d int");
    assertThat(DdlLog.read(sql)).isEmpty();
    assertThat(outcome()).isInstanceOf(Outcome.NotCovered.class);
  }

  @Test
  void triggersThatAreNotOursOrMayBeForgedAreNotBelieved() throws SQLException {
    assertThat(DdlTriggers.active(sql)).isTrue();
    run("GRANT INSERT ON holdfast.ddl TO PUBLIC");
    assertThat(DdlTriggers.active(sql)).isFalse();
    run("REVOKE ALL ON holdfast.ddl FROM PUBLIC");
    assertThat(DdlTriggers.active(sql)).isTrue();
    run("DROP EVENT TRIGGER holdfast_table_rewrite");
    assertThat(DdlTriggers.active(sql)).isFalse();
    assertThat(DdlTriggers.install(sql, PUBLICATION, SCOPE)).isEmpty();
    assertThat(DdlTriggers.active(sql)).isTrue();
  }

  private long oid(String table) throws SQLException {
    try (Statement statement = user.createStatement();
        var row = statement.executeQuery("SELECT '" + table + "'::regclass::oid::bigint")) {
      row.next();
      return row.getLong(1);
    }
  }
}
