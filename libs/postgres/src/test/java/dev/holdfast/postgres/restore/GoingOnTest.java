/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import dev.holdfast.postgres.restore.RestoreTarget.AtLsn;
import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.testkit.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** With what a restore goes on, and with what it does not. */
class GoingOnTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final RestoreOptions GOING_ON = RestoreOptions.defaults().goingOn();

  private final RestoreEngine engine = new RestoreEngine(InstantSource.system());
  private ProtectedSource source;

  @BeforeEach
  void protect() throws Exception {
    execute("postgres", "CREATE DATABASE app");
    execute(
        "app",
        "CREATE TABLE large (id int PRIMARY KEY, t text)",
        "CREATE TABLE small (id int PRIMARY KEY)",
        "INSERT INTO large SELECT i, repeat(md5(i::text), 10) FROM generate_series(1, 5000) i",
        "INSERT INTO small SELECT generate_series(1, 10)");
    source =
        new ProtectedSource(
            servers.postgres(), "app", new TableScope(List.of("public"), List.of()), new Random(5));
    source.protect();
    execute("app", "UPDATE large SET t = 'changed' WHERE id % 100 = 0");
    source.seal();
  }

  @AfterEach
  void drop() throws SQLException {
    source.close();
    execute(
        "postgres",
        "DROP DATABASE IF EXISTS app WITH (FORCE)",
        "DROP DATABASE IF EXISTS restored WITH (FORCE)");
  }

  @Test
  void whatIsThereIsNotLoadedAgain() throws Exception {
    fails(Phase.INDEXES);
    String loaded = single("SELECT max(done_at) FROM holdfast.restored_parts WHERE part ~ '^rows'");
    List<TableContent> before = contents("app");
    execute("app", "DELETE FROM large");
    source.seal();

    assertThat(isBegun(latest())).isTrue();
    RestoreReport report = source.restore(latest(), "restored", GOING_ON);

    assertThat(report.tables()).as("the moment that it began with").isEqualTo(before);
    assertThat(contents("restored")).isEqualTo(before);
    assertThat(report.notes()).anyMatch(note -> note.contains("this one went on with it"));
    assertThat(single("SELECT max(done_at) FROM holdfast.restored_parts WHERE part ~ '^rows'"))
        .isEqualTo(loaded);
    assertThat(single("SELECT count(*) FROM holdfast.restored WHERE complete")).isEqualTo("1");
  }

  @Test
  void whatWasBegunBeforeThereWereTablesIsBegunAnew() throws Exception {
    execute("postgres", "CREATE DATABASE restored");
    // As a kill leaves it in the middle of the definitions.
    fails(Phase.ROWS);
    execute("restored", "DELETE FROM holdfast.restored_parts WHERE part = 'definitions'");

    PostgresException refused =
        catchThrowableOfType(
            PostgresException.class, () -> source.restore(new Latest(), "restored", GOING_ON));

    assertThat(isBegun(latest())).isFalse();
    assertThat(refused.reason()).isEqualTo(Reason.NOT_EMPTY);
    assertThat(refused.what()).contains("an incomplete restore of main");
    execute("restored", "INSERT INTO holdfast.restored_parts VALUES ('database', 0, '', '{}')");
    assertThat(isBegun(latest())).isTrue();
    assertThat(source.restore(latest(), "restored", GOING_ON).tables()).isEqualTo(contents("app"));
  }

  @Test
  void anotherRestoreIsRefused() throws Exception {
    fails(Phase.INDEXES);

    assertRefused(latest(), RestoreOptions.defaults());
    assertRefused(latest(), GOING_ON.only(new Selection(List.of("public.large"))));
    execute("app", "DELETE FROM small");
    source.seal();
    assertRefused(new AtLsn(source.position()), GOING_ON);
  }

  private void assertRefused(RestoreTarget target, RestoreOptions options) {
    PostgresException refused =
        catchThrowableOfType(
            PostgresException.class, () -> source.restore(target, "restored", options));
    assertThat(refused.reason()).isEqualTo(Reason.NOT_EMPTY);
    assertThat(refused.fix()).contains("only the same restore");
  }

  @Test
  void oneThatIsCompleteIsNotGoneOnWith() throws Exception {
    source.restore(new Latest(), "restored", GOING_ON);

    PostgresException refused =
        catchThrowableOfType(
            PostgresException.class, () -> source.restore(latest(), "restored", GOING_ON));

    assertThat(refused.reason()).isEqualTo(Reason.NOT_EMPTY);
    assertThat(refused.fix()).doesNotContain("only the same restore");
  }

  @Test
  void rowsThatSomebodyChangedInBetweenAreFound() throws Exception {
    fails(Phase.INDEXES);
    execute("restored", "DELETE FROM large WHERE id = 7");

    PostgresException refused =
        catchThrowableOfType(
            PostgresException.class, () -> source.restore(latest(), "restored", GOING_ON));

    assertThat(refused.what()).contains("public.large (4999 rows, 5000 were loaded)");
  }

  @Test
  void withOtherMemoryRowsOfSharesWouldNotBeTheSame() throws Exception {
    fails(Phase.INDEXES);

    PostgresException refused =
        catchThrowableOfType(
            PostgresException.class,
            () -> source.restore(latest(), "restored", GOING_ON.withFoldMemoryBytes(8 << 10)));

    assertThat(refused.field()).contains("foldMemoryBytes");
    assertThat(refused.what()).contains("loads rows at once").contains("in shares of 8192 bytes");
  }

  @Test
  void oneThatIsStillAtWorkIsNotDisturbed() throws Exception {
    fails(Phase.INDEXES);
    try (Connection other = servers.postgres().connect("restored");
        Statement statement = other.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(" + 0x486f6c6466617374L + ")");

      PostgresException refused =
          catchThrowableOfType(
              PostgresException.class, () -> source.restore(latest(), "restored", GOING_ON));

      assertThat(refused.reason()).isEqualTo(Reason.BLOCKED);
      assertThat(refused.what())
          .contains("another restore is at work")
          .contains("[" + single(other, "SELECT pg_backend_pid()") + "]");
    }
  }

  /** What the latest moment means to a restore that goes on. */
  private RestoreTarget latest() {
    return engine.goingOn(ProtectedSource.MAIN, new Latest(), source.target("restored"));
  }

  private boolean isBegun(RestoreTarget target) {
    return engine.isBegun(
        (RestorePlan.Reachable) source.plan(target), source.target("restored"), Selection.ALL);
  }

  /** A restore that ends as a phase begins. */
  private void fails(Phase last) {
    IllegalStateException failure = new IllegalStateException("ended");
    assertThat(
            catchThrowableOfType(
                IllegalStateException.class,
                () ->
                    engine.restore(
                        source.reader(),
                        source.identity,
                        (RestorePlan.Reachable) source.plan(new Latest()),
                        source.target("restored"),
                        RestoreOptions.defaults(),
                        progress -> {
                          if (progress.phase() == last) {
                            throw failure;
                          }
                        })))
        .isSameAs(failure);
  }

  private List<TableContent> contents(String database) {
    var connections = source.connections.withDatabase(database);
    return ContentHash.of(connections, ContentHash.tables(connections), Optional.empty(), 1);
  }

  private static String single(String query) throws SQLException {
    try (Connection connection = servers.postgres().connect("restored")) {
      return single(connection, query);
    }
  }

  private static String single(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }

  private static void execute(String database, String... statements) throws SQLException {
    servers.postgres().execute(database, statements);
  }
}
