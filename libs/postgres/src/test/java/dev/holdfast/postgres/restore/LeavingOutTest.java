/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.restore.RestoreTarget.AtLsn;
import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.postgres.restore.RestoreTarget.LeftOut;
import dev.holdfast.postgres.restore.RestoreTarget.Without;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.VaultReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A restore without one transaction: its rows are as before it, unless later ones built on them.
 */
@ExtendWith(Seeded.class)
class LeavingOutTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static int databases;

  private String database = "";
  private ProtectedSource source;

  @BeforeEach
  void protect() throws Exception {
    database = "source_" + ++databases;
    servers.postgres().execute("postgres", "CREATE DATABASE " + database);
    servers
        .postgres()
        .execute(
            database,
            "CREATE TABLE keyed (id int PRIMARY KEY, v int, big text)",
            "ALTER TABLE keyed ALTER big SET STORAGE EXTERNAL",
            "CREATE TABLE whole (id int, v int, big text)",
            "ALTER TABLE whole ALTER big SET STORAGE EXTERNAL",
            "ALTER TABLE whole REPLICA IDENTITY FULL",
            "INSERT INTO keyed SELECT i, 0, repeat('b' || i, 2000) FROM generate_series(1, 40) i",
            "INSERT INTO whole SELECT i, 0, repeat('b' || i, 2000) FROM generate_series(1, 40) i");
    source =
        new ProtectedSource(
            servers.postgres(),
            database,
            new TableScope(List.of("public"), List.of()),
            new Random(5));
    source.protect();
  }

  @AfterEach
  void drop() throws SQLException {
    source.close();
    servers.postgres().execute("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
  }

  /** Rows that a transaction touched; ids that it turned into one another belong together. */
  private static final class Touched {
    final Map<String, Set<Integer>> groups = new TreeMap<>();

    void row(String table, int before, int after) {
      Set<Integer> group = of(table, before);
      group.addAll(of(table, after));
      group.add(before);
      group.add(after);
      group.forEach(id -> groups.put(table + " " + id, group));
    }

    private Set<Integer> of(String table, int id) {
      return groups.getOrDefault(table + " " + id, new HashSet<>());
    }
  }

  @RepeatedTest(6)
  void itsRowsAreAsBeforeItUnlessALaterOneTouchedThem(Random random) throws Exception {
    RandomRows rows = new RandomRows(random);
    for (int i = random.nextInt(5); i > 0; i--) {
      transaction(rows.change(new Touched()));
    }
    source.seal();
    Map<String, String> before = rows(database);
    Touched left = new Touched();
    long xid = transaction(rows.change(left));
    Touched later = new Touched();
    for (int i = random.nextInt(6); i > 0; i--) {
      transaction(rows.change(later));
      if (random.nextBoolean()) {
        source.seal();
      }
      if (random.nextInt(4) == 0) {
        // It holds the transaction: a restore without it must not begin there.
        source.base();
      }
    }
    source.seal();
    Map<String, String> after = rows(database);

    RestoreReport report = source.restore(without(xid), database + "_restored");

    Map<String, String> expected = new TreeMap<>(after);
    Set<String> dependent = new HashSet<>();
    left.groups.forEach(
        (row, group) -> {
          String table = row.substring(0, row.indexOf(' '));
          if (group.stream().anyMatch(id -> later.groups.containsKey(table + " " + id))) {
            dependent.add(row);
          } else if (before.containsKey(row)) {
            expected.put(row, before.get(row));
          } else {
            expected.remove(row);
          }
        });
    assertThat(rows(database + "_restored")).isEqualTo(expected);
    assertThat(report.notes()).contains("transaction " + xid + " was left out");
    assertThat(single(database + "_restored", "SELECT count(*) > 0 FROM holdfast.dependent_rows"))
        .isEqualTo(dependent.isEmpty() ? "f" : "t");

    source.restoreInLittleMemory(without(xid), database + "_shares");

    assertThat(rows(database + "_shares")).isEqualTo(expected);
    String rowsTold =
        "SELECT coalesce(string_agg(table_name || row_identity, ', '"
            + " ORDER BY table_name, row_identity), '') FROM holdfast.dependent_rows";
    assertThat(single(database + "_shares", rowsTold))
        .isEqualTo(single(database + "_restored", rowsTold));
    servers
        .postgres()
        .execute(
            "postgres",
            "DROP DATABASE " + database + "_restored WITH (FORCE)",
            "DROP DATABASE " + database + "_shares WITH (FORCE)");
  }

  @Test
  void aTruncateIsUndoneAndRowsThatCameAgainAreAsTheyCame() throws Exception {
    long xid = transaction("TRUNCATE keyed, whole", "INSERT INTO keyed VALUES (50, 1, 'its own')");
    transaction(
        "INSERT INTO keyed VALUES (7, 77, 'again')",
        "INSERT INTO keyed VALUES (60, 1, 'new')",
        "INSERT INTO whole VALUES (60, 1, 'new')",
        "DELETE FROM whole WHERE id = 60");
    source.seal();

    source.restore(without(xid), database + "_restored");

    String restored = database + "_restored";
    assertThat(single(restored, "SELECT count(*) FROM keyed")).isEqualTo("41");
    assertThat(single(restored, "SELECT count(*) FROM whole")).isEqualTo("40");
    assertThat(single(restored, "SELECT v || big FROM keyed WHERE id = 7")).isEqualTo("77again");
    assertThat(single(restored, "SELECT table_name || row_identity FROM holdfast.dependent_rows"))
        .isEqualTo("keyed7");
    servers.postgres().execute("postgres", "DROP DATABASE " + restored);
  }

  @Test
  void referencesToWhatIsGoneAreTold() throws Exception {
    servers
        .postgres()
        .execute(
            database,
            "CREATE TABLE child (id int PRIMARY KEY, keyed int REFERENCES keyed)",
            "INSERT INTO child VALUES (0, 1)");
    source.base();
    long xid = transaction("INSERT INTO keyed VALUES (100, 0, '')");
    transaction("INSERT INTO child VALUES (1, 100)");
    source.seal();

    RestoreReport report = source.restore(without(xid), database + "_restored");

    assertThat(report.notes())
        .anyMatch(note -> note.startsWith("not restored: FK CONSTRAINT") && note.contains("child"));
    assertThat(single(database + "_restored", "SELECT count(*) FROM child")).isEqualTo("2");
    servers.postgres().execute("postgres", "DROP DATABASE " + database + "_restored");
  }

  @Test
  void oneThatIsNotBetweenBaseAndTargetIsRefused() throws Exception {
    source.seal();
    var before = source.position();
    long xid = transaction("DELETE FROM keyed");
    source.seal();

    Without target = new Without(new AtLsn(before), without(xid).transaction());
    PostgresException refused =
        catchThrowableOfType(
            PostgresException.class, () -> source.restore(target, database + "_restored"));

    assertThat(refused.what()).contains("transaction " + xid + " is not before the target");
  }

  private Without without(long xid) {
    VaultReader vault = source.reader();
    ChangeSearch search = new ChangeSearch(vault, source.identity, ProtectedSource.MAIN);
    return new Without(new Latest(), new LeftOut(xid, search.find(xid).orElseThrow().record()));
  }

  /** Changes rows of both tables at random; ids of the table without a key never come again. */
  private static final class RandomRows {
    private final Random random;
    private final Map<String, Set<Integer>> present = new TreeMap<>();
    private int next = 1000;

    RandomRows(Random random) {
      this.random = random;
      for (String table : List.of("keyed", "whole")) {
        Set<Integer> ids = new HashSet<>();
        for (int id = 1; id <= 40; id++) {
          ids.add(id);
        }
        present.put(table, ids);
      }
    }

    String[] change(Touched touched) {
      List<String> statements = new ArrayList<>();
      for (int i = 1 + random.nextInt(12); i > 0; i--) {
        statements.add(one(random.nextBoolean() ? "keyed" : "whole", touched));
      }
      return statements.toArray(String[]::new);
    }

    private String one(String table, Touched touched) {
      Set<Integer> ids = present.getOrDefault(table, Set.of());
      int id = 1 + random.nextInt(40);
      if (!ids.contains(id)) {
        id = table.equals("keyed") ? id : next++;
        ids.add(id);
        touched.row(table, id, id);
        return "INSERT INTO " + table + " VALUES (" + id + ", 0, repeat('n', 3000))";
      }
      switch (random.nextInt(5)) {
        case 0 -> {
          ids.remove(id);
          touched.row(table, id, id);
          return "DELETE FROM " + table + " WHERE id = " + id;
        }
        case 1 -> {
          int to = table.equals("keyed") ? 1 + random.nextInt(60) : next++;
          if (ids.contains(to)) {
            touched.row(table, id, id);
            return "UPDATE " + table + " SET v = v + 10 WHERE id = " + id;
          }
          ids.remove(id);
          ids.add(to);
          touched.row(table, id, to);
          return "UPDATE " + table + " SET id = " + to + " WHERE id = " + id;
        }
        case 2 -> {
          touched.row(table, id, id);
          return "UPDATE " + table + " SET big = repeat('x', 2500) WHERE id = " + id;
        }
        default -> {
          touched.row(table, id, id);
          return "UPDATE " + table + " SET v = v + 1 WHERE id = " + id;
        }
      }
    }
  }

  private static Map<String, String> rows(String database) throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = servers.postgres().connect(database);
        Statement statement = connection.createStatement()) {
      for (String table : List.of("keyed", "whole")) {
        try (ResultSet row =
            statement.executeQuery("SELECT id, v || ' ' || md5(big) FROM " + table)) {
          while (row.next()) {
            rows.put(table + " " + row.getInt(1), row.getString(2));
          }
        }
      }
    }
    return rows;
  }

  /** Its number. */
  private long transaction(String... statements) throws SQLException {
    try (Connection connection = servers.postgres().connect(database);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (String sql : statements) {
        statement.execute(sql);
      }
      try (ResultSet row = statement.executeQuery("SELECT pg_current_xact_id()::text")) {
        row.next();
        long xid = Long.parseLong(row.getString(1));
        connection.commit();
        return xid;
      }
    }
  }

  private static String single(String database, String query) throws SQLException {
    try (Connection connection = servers.postgres().connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
