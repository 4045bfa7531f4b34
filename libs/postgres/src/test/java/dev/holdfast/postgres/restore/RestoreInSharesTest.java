/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.restore.RestoreTarget.Latest;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.testkit.TestServers;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Changes that need more memory than there is are folded a share at a time. */
class RestoreInSharesTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private ProtectedSource source;

  @BeforeEach
  void protect() throws Exception {
    execute("postgres", "CREATE DATABASE app");
    execute(
        "app",
        "CREATE TABLE keyed (id int PRIMARY KEY, big text, v int)",
        "ALTER TABLE keyed ALTER big SET STORAGE EXTERNAL",
        "CREATE TABLE whole (v int, t text)",
        "ALTER TABLE whole REPLICA IDENTITY FULL",
        "CREATE TABLE emptied (id int PRIMARY KEY)",
        "CREATE TABLE untouched (id int PRIMARY KEY)",
        "INSERT INTO keyed SELECT i, repeat(md5(i::text), 100), 0 FROM generate_series(1, 3000) i",
        "INSERT INTO whole SELECT i % 500, repeat('w', 50) FROM generate_series(1, 3000) i",
        "INSERT INTO emptied SELECT generate_series(1, 3000)",
        "INSERT INTO untouched SELECT generate_series(1, 3000)");
    source =
        new ProtectedSource(
            servers.postgres(),
            "app",
            new TableScope(List.of("public"), List.of()),
            new Random(11));
    source.protect();
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
  void theResultIsTheSameAndTheNumberOfSharesIsTold() throws Exception {
    execute(
        "app",
        // Rows that move with values that only the row before has.
        "UPDATE keyed SET id = -id WHERE id % 100 = 0",
        "UPDATE keyed SET v = v + 1",
        "DELETE FROM keyed WHERE id % 7 = 0",
        "INSERT INTO keyed SELECT i, 'new ' || i, 1 FROM generate_series(5001, 9000) i",
        "UPDATE whole SET v = v + 1",
        "DELETE FROM whole WHERE v = 5",
        "TRUNCATE emptied",
        "INSERT INTO emptied SELECT generate_series(2000, 6000)");
    source.seal();

    RestoreReport report = restore(400 << 10);

    assertThat(report.tables()).isEqualTo(contents("app"));
    assertThat(contents("restored")).isEqualTo(report.tables());
    assertThat(report.notes())
        .anyMatch(note -> note.matches("the changes did not fit .* for ([4-9]|1\\d) shares .*"));
  }

  @Test
  void aRowThatFitsInNoShareIsRefusedBeforeAnythingIsTouched() throws Exception {
    execute("app", "INSERT INTO keyed VALUES (0, repeat('x', 300000), 0)");
    source.seal();

    PostgresException refused =
        catchThrowableOfType(PostgresException.class, () -> restore(200 << 10));

    assertThat(refused.field()).contains("foldMemoryBytes");
    assertThat(refused.what()).contains("public.keyed").contains("a part at a time");
    assertThat(exists("restored")).isFalse();
  }

  private RestoreReport restore(long memory) {
    return source.restore(
        new Latest(), "restored", RestoreOptions.defaults().withFoldMemoryBytes(memory));
  }

  private List<TableContent> contents(String database) {
    var connections = source.connections.withDatabase(database);
    return ContentHash.of(connections, ContentHash.tables(connections), Optional.empty(), 1);
  }

  private static boolean exists(String database) throws SQLException {
    try (var connection = servers.postgres().connect("postgres");
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT EXISTS (SELECT FROM pg_database WHERE datname = '" + database + "')")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private static void execute(String database, String... statements) throws SQLException {
    servers.postgres().execute(database, statements);
  }
}
