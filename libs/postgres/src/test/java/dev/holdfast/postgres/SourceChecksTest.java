/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Finding.Severity;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.TestServers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What a look at a source finds, on a real server that really is so. */
class SourceChecksTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final TableScope SCOPE =
      new TableScope(List.of("public", "auth"), List.of("tmp_%"));
  private static final String SLOT = "holdfast_main";

  private final EmbeddedPostgres server = servers.postgres();

  @BeforeEach
  void start() throws SQLException {
    server.execute("postgres", "DROP DATABASE IF EXISTS app");
    server.execute("postgres", "CREATE DATABASE app");
    server.execute("app", "CREATE TABLE t (id int PRIMARY KEY, name text)");
  }

  @Test
  void aSourceThatCanBeProtectedHasNoErrors() {
    assertThat(look("postgres", "secret"))
        .noneMatch(f -> f.subject().equals("event triggers"))
        .noneMatch(Finding::blocking)
        .anySatisfy(
            finding ->
                assertThat(finding.message()).contains("max_slot_wal_keep_size is unlimited"))
        .anySatisfy(finding -> assertThat(finding.message()).contains("there is no schema 'auth'"));
  }

  @Test
  void aTableWithoutIdentityIsAWarningWithTheFix() throws SQLException {
    server.execute("app", "CREATE TABLE log_lines (line text)");
    server.execute("app", "CREATE TABLE tmp_lines (line text)");

    assertThat(look("postgres", "secret"))
        .filteredOn(finding -> finding.subject().contains("lines"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.subject()).isEqualTo("public.log_lines");
              assertThat(finding.severity()).isEqualTo(Severity.WARNING);
              assertThat(finding.fix()).contains("REPLICA IDENTITY FULL");
            });
  }

  @Test
  void whatARestoreWouldNotBringBackIsNamed() throws SQLException {
    server.execute(
        "app",
        "SELECT lo_create(0)",
        "CREATE DOMAIN named AS regclass",
        "CREATE TYPE pair AS (a int, r regproc)",
        "CREATE TABLE odd (id int PRIMARY KEY, names named[], pairs pair, tree pg_node_tree,"
            + " fine oid)");

    List<Finding> found = look("postgres", "secret");

    assertThat(found)
        .filteredOn(finding -> finding.subject().startsWith("public.odd."))
        .extracting(Finding::subject)
        .containsExactlyInAnyOrder("public.odd.names", "public.odd.pairs", "public.odd.tree");
    assertThat(found)
        .anySatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.INFO);
              assertThat(finding.message()).contains("1 large objects: a restore has them as at");
            });
    user("reader", "REPLICATION");
    assertThat(look("reader", "reader"))
        .anySatisfy(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.WARNING);
              assertThat(finding.message()).contains("may not read 1 of them");
              assertThat(finding.fix()).contains("GRANT SELECT ON LARGE OBJECT");
            });
  }

  @Test
  void everyMissingRightIsNamedWithTheStatementThatGrantsIt() throws SQLException {
    user("plain", "");
    server.execute("app", "ALTER TABLE t ENABLE ROW LEVEL SECURITY");
    server.execute("app", "GRANT SELECT ON t TO plain");

    List<Finding> found = look("plain", "plain");

    assertThat(found).filteredOn(Finding::blocking).extracting(Finding::fix).hasSize(4);
    assertThat(found).anySatisfy(f -> assertThat(f.fix()).contains("REPLICATION"));
    assertThat(found).anySatisfy(f -> assertThat(f.fix()).contains("BYPASSRLS"));
    assertThat(found).anySatisfy(f -> assertThat(f.fix()).contains("GRANT CREATE ON DATABASE"));
    assertThat(found).anySatisfy(f -> assertThat(f.message()).contains("only its owner may"));
    assertThat(found.getFirst().blocking()).as("errors come first").isTrue();
  }

  @Test
  void whatADatabaseAdministratorPreparedNeedsNoRightToPrepareIt() throws SQLException {
    user("prepared", "REPLICATION BYPASSRLS");
    server.execute("app", "GRANT SELECT ON t TO prepared");
    server.execute("app", "CREATE SCHEMA holdfast");
    server.execute("app", "CREATE PUBLICATION holdfast_main FOR TABLE ONLY t");

    assertThat(look("prepared", "prepared"))
        .noneMatch(Finding::blocking)
        .anySatisfy(f -> assertThat(f.subject()).isEqualTo("event triggers"));
  }

  @Test
  void whereDefinitionsCannotBeKeptItIsTold() throws SQLException {
    user("keeper", "REPLICATION BYPASSRLS");
    server.execute("app", "GRANT SELECT ON t TO keeper");
    assertThat(keeping("keeper")).isEmpty();

    server.execute("app", "CREATE SCHEMA holdfast", "GRANT USAGE ON SCHEMA holdfast TO keeper");
    assertThat(keeping("keeper"))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.severity()).isEqualTo(Severity.WARNING);
              assertThat(finding.message()).contains("user keeper may neither use nor create");
              assertThat(finding.fix()).contains("CREATE on schema holdfast");
            });
    server.execute("app", "GRANT CREATE ON SCHEMA holdfast TO keeper");
    assertThat(keeping("keeper")).isEmpty();

    server.execute(
        "app", "CREATE TABLE holdfast.catalog (fingerprint text, tables text, lines text)");
    assertThat(keeping("keeper")).hasSize(1);
    server.execute("app", "GRANT SELECT, INSERT, UPDATE ON holdfast.catalog TO keeper");
    assertThat(keeping("keeper")).hasSize(1);
    server.execute("app", "GRANT DELETE ON holdfast.catalog TO keeper");
    assertThat(keeping("keeper")).isEmpty();
    // Who has event triggers needs none of it.
    assertThat(look("postgres", "secret")).noneMatch(f -> f.subject().equals("holdfast.catalog"));
  }

  private List<Finding> keeping(String user) {
    return look(user, user).stream().filter(f -> f.subject().equals("holdfast.catalog")).toList();
  }

  @Test
  void logThatASlotHoldsBackIsToldBeforeItsEnd() throws SQLException {
    EmbeddedPostgres small =
        servers.newPostgres(
            options ->
                options.setting("max_slot_wal_keep_size", "32MB").setting("max_wal_size", "32MB"));
    small.execute("postgres", "CREATE DATABASE app");
    small.execute("app", "SELECT pg_create_logical_replication_slot('holdfast_main', 'pgoutput')");
    write(small, 3);
    assertThat(slot(small)).extracting(Finding::message).noneMatch(m -> m.contains("invalidated"));

    write(small, 80);
    small.execute("app", "CHECKPOINT");

    assertThat(slot(small))
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.message()).contains("has invalidated the slot");
              assertThat(finding.fix()).contains("max_slot_wal_keep_size");
            });
  }

  @Test
  void whatStandsInBetweenIsTold() throws Exception {
    try (PretendPooler pooler = PretendPooler.before(server.port())) {
      assertThat(lookThrough(pooler.port()))
          .noneMatch(Finding::blocking)
          .anyMatch(finding -> finding.message().contains("stands between here and the server"));
    }
    assertThat(look("postgres", "secret")).noneMatch(finding -> finding.subject().equals("url"));
  }

  @Test
  void aPoolerThatSharesSessionsIsRefused(@TempDir Path folder) throws Exception {
    try (PgBouncer pooler = PgBouncer.before(server, "app", folder)) {
      assertThat(lookThrough(pooler.port()))
          .filteredOn(Finding::blocking)
          .anyMatch(finding -> finding.message().contains("to several clients"));
    }
  }

  private static List<Finding> lookThrough(int port) {
    return SourceChecks.run(
        Connections.to(
            DatabaseUrl.parse("jdbc:postgresql://127.0.0.1:" + port + "/app?sslmode=disable"),
            new Credentials("postgres", new Secret("secret"))),
        SCOPE,
        SLOT);
  }

  @Test
  void aServerThatIsAwayIsSaidSo() {
    assertThatThrownBy(
            () ->
                SourceChecks.run(
                    Connections.to(
                        DatabaseUrl.parse("jdbc:postgresql://127.0.0.1:1/app"),
                        new Credentials("postgres", new Secret("secret"))),
                    SCOPE,
                    SLOT))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  private void user(String name, String attributes) throws SQLException {
    server.execute(
        "postgres",
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '"
            + name
            + "') THEN CREATE ROLE "
            + name
            + " LOGIN PASSWORD '"
            + name
            + "' "
            + attributes
            + "; END IF; END $$");
  }

  private static void write(EmbeddedPostgres on, int mebibytes) throws SQLException {
    on.execute(
        "app",
        "DO $$ BEGIN FOR i IN 1.."
            + mebibytes
            + " LOOP PERFORM pg_logical_emit_message(false, 'x', repeat('x', 1048576));"
            + " END LOOP; END $$");
  }

  private static List<Finding> slot(EmbeddedPostgres on) {
    return run(on, "postgres", "secret").stream()
        .filter(finding -> finding.subject().startsWith("slot"))
        .toList();
  }

  private List<Finding> look(String user, String password) {
    return run(server, user, password);
  }

  private static List<Finding> run(EmbeddedPostgres on, String user, String password) {
    return SourceChecks.run(
        Connections.to(
            DatabaseUrl.parse(on.jdbcUrl("app")), new Credentials(user, new Secret(password))),
        SCOPE,
        SLOT);
  }
}
