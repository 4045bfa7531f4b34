/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.postgres.search.FoundTransaction;
import dev.holdfast.postgres.search.FoundTransaction.ChangedTable;
import dev.holdfast.postgres.search.FoundTransaction.Operation;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.VaultReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Who changed what is found in the vault, by transaction. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ChangeSearchTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final Instant NEVER = Instant.parse("2100-01-01T00:00:00Z");

  private ProtectedSource source;
  private long filled;
  private long harm;
  private long emptied;

  @BeforeAll
  void history() throws Exception {
    PostgresServer server = servers.postgres();
    server.execute("postgres", "CREATE DATABASE app");
    server.execute(
        "app",
        "CREATE TABLE campaigns (id int PRIMARY KEY, name text, budget numeric, brief text)",
        "CREATE TABLE log_lines (line text)",
        "ALTER TABLE log_lines REPLICA IDENTITY FULL");
    source =
        new ProtectedSource(
            server, "app", new TableScope(List.of("public"), List.of()), new Random(3));
    source.protect();
    filled =
        transaction(
            "INSERT INTO campaigns SELECT i, 'campaign ' || i, i * 10,"
                + " (SELECT string_agg(md5(i * j || ''), '') FROM generate_series(1, 200) j)"
                + " FROM generate_series(1, 50) i");
    source.seal();
    harm =
        transaction(
            "UPDATE campaigns SET budget = NULL WHERE id <= 30",
            "UPDATE campaigns SET id = 999 WHERE id = 31",
            "DELETE FROM campaigns WHERE id = 32",
            "INSERT INTO log_lines VALUES ('done')",
            "UPDATE log_lines SET line = 'DONE'");
    transaction("INSERT INTO log_lines VALUES ('nothing to see')");
    source.seal();
    emptied = transaction("TRUNCATE log_lines");
    source.seal();
  }

  @AfterAll
  void close() {
    source.close();
  }

  @Test
  void transactionsAreListedInCommitOrderWithWhatTheyDidToEachTable() {
    List<FoundTransaction> found = run(query(List.of(), Optional.empty(), 0));

    assertThat(found).hasSize(4);
    assertThat(found).extracting(FoundTransaction::xid).startsWith(filled, harm).endsWith(emptied);
    assertThat(found).extracting(FoundTransaction::lsn).isSorted();
    assertThat(found.get(0).tables())
        .containsExactly(new ChangedTable("public", "campaigns", 50, 0, 0, false));
    assertThat(found.get(1).tables())
        .containsExactly(
            new ChangedTable("public", "campaigns", 0, 31, 1, false),
            new ChangedTable("public", "log_lines", 1, 1, 0, false));
    assertThat(found.get(3).tables())
        .containsExactly(new ChangedTable("public", "log_lines", 0, 0, 0, true));
    assertThat(found.get(1).rows()).isEmpty();
    assertThat(found.get(1).rowsLeftOut()).isEqualTo(34);
  }

  @Test
  void rowsShowWhatIsKnownOfThemBeforeAndAfter() {
    List<FoundTransaction> byKey =
        run(query(List.of("campaigns"), Optional.of(new ChangeSearch.Cell("id", "31")), 10));

    assertThat(byKey).extracting(FoundTransaction::xid).containsExactly(filled, harm);
    assertThat(byKey.get(1).rows())
        .singleElement()
        .satisfies(
            row -> {
              assertThat(row.operation()).isEqualTo(Operation.UPDATE);
              assertThat(row.before()).containsExactly(entry("id", "31"));
              assertThat(row.after())
                  .containsEntry("id", "999")
                  .containsEntry("budget", "310")
                  // It did not change, and is too large to be sent along.
                  .doesNotContainKey("brief");
            });
    assertThat(run(query(List.of("public.log%"), Optional.empty(), 10)).getFirst().rows())
        .extracting(row -> row.operation() + " " + row.before() + " " + row.after())
        .containsExactly("INSERT {} {line=done}", "UPDATE {line=done} {line=DONE}");
  }

  @Test
  void aTransactionIsFoundByItsNumberAndTimesBoundTheSearch() {
    ChangeSearch.Committed committed = search().find(harm).orElseThrow();
    assertThat(committed.record()).isLessThan(committed.end());
    assertThat(search().find(harm + 1_000_000)).isEmpty();

    List<FoundTransaction> at =
        run(
            new ChangeSearch.Query(
                committed.time(),
                committed.time(),
                Optional.of(harm),
                List.of(),
                Optional.empty(),
                0));
    assertThat(at).singleElement().extracting(FoundTransaction::lsn).isEqualTo(committed.end());
    assertThat(
            run(
                new ChangeSearch.Query(
                    NEVER, NEVER, Optional.empty(), List.of(), Optional.empty(), 0)))
        .isEmpty();
  }

  @Test
  void justBeforeItIsATargetThatLeavesItOutAndNothingElse() throws SQLException {
    ChangeSearch.Committed committed = search().find(harm).orElseThrow();

    source.restore(new RestoreTarget.AtLsn(committed.record()), "before");
    source.restore(new RestoreTarget.AtLsn(committed.end()), "with");

    assertThat(single("before", "SELECT count(*) FROM campaigns WHERE budget IS NOT NULL"))
        .isEqualTo("50");
    assertThat(single("with", "SELECT count(*) FROM campaigns WHERE budget IS NOT NULL"))
        .isEqualTo("19");
    assertThat(single("with", "SELECT string_agg(line, ',') FROM log_lines")).isEqualTo("DONE");
  }

  private static ChangeSearch.Query query(
      List<String> tables, Optional<ChangeSearch.Cell> cell, int rows) {
    return new ChangeSearch.Query(Instant.EPOCH, NEVER, Optional.empty(), tables, cell, rows);
  }

  private ChangeSearch search() {
    VaultReader vault = source.reader();
    return new ChangeSearch(vault, source.identity, ProtectedSource.MAIN);
  }

  private List<FoundTransaction> run(ChangeSearch.Query query) {
    List<FoundTransaction> found = new ArrayList<>();
    search().run(query, found::add);
    return found;
  }

  /** Its number. */
  private long transaction(String... statements) throws SQLException {
    try (Connection connection = servers.postgres().connect("app");
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      long xid;
      try (ResultSet row = statement.executeQuery("SELECT pg_current_xact_id()::text")) {
        row.next();
        xid = Long.parseLong(row.getString(1));
      }
      connection.commit();
      return xid;
    }
  }

  private String single(String database, String query) throws SQLException {
    try (Connection connection = servers.postgres().connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
