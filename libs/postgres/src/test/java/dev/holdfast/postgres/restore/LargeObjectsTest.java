/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.TestServers;
import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Large objects come back as they were at the base, or everybody is told that they do not. */
class LargeObjectsTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final TableScope SCOPE = new TableScope(List.of("public"), List.of());

  private final PostgresServer server = servers.postgres();

  @BeforeEach
  void source() throws SQLException {
    server.execute(
        "postgres",
        "DROP DATABASE IF EXISTS app WITH (FORCE)",
        "DROP DATABASE IF EXISTS restored",
        "DROP ROLE IF EXISTS clerk, backup",
        "CREATE DATABASE app",
        "CREATE ROLE clerk",
        "CREATE ROLE backup LOGIN REPLICATION PASSWORD 'backup'",
        "GRANT CREATE ON DATABASE app TO backup",
        "GRANT pg_read_all_data TO backup");
    server.execute(
        "app",
        "CREATE TABLE papers (id int PRIMARY KEY, scan oid)",
        "INSERT INTO papers SELECT i, lo_from_bytea(0, decode(repeat(md5(i::text), 50 * i), 'hex'))"
            + " FROM generate_series(0, 300) i",
        "SELECT lo_from_bytea(4711, 'a clerk''s')",
        "ALTER LARGE OBJECT 4711 OWNER TO clerk",
        "GRANT SELECT ON LARGE OBJECT 4711 TO backup",
        "COMMENT ON LARGE OBJECT 4711 IS 'it''s one'");
  }

  @Test
  void comeBackUnderTheirOidsWithOwnersRightsAndComments() throws Exception {
    List<String> atBase = largeObjects("app");
    try (ProtectedSource source = new ProtectedSource(server, "app", SCOPE, new Random(1))) {
      source.protect();
      server.execute("app", "SELECT lo_unlink(4711)", "DELETE FROM papers WHERE id = 7");
      source.seal();

      RestoreReport report = source.restore(new RestoreTarget.Latest(), "restored");

      assertThat(largeObjects("restored")).hasSize(302).isEqualTo(atBase);
      assertThat(report.notes()).anyMatch(note -> note.startsWith("302 large objects are as they"));
      assertThat(report.rows()).isEqualTo(300);
    }
  }

  @Test
  void thoseThatMayNotBeReadAreLeftOutAndTold() throws Exception {
    server.execute("app", "ALTER TABLE papers OWNER TO backup");
    try (ProtectedSource source =
        new ProtectedSource(
            server, "app", SCOPE, new Random(1), new Credentials("backup", new Secret("backup")))) {
      source.protect();
      source.seal();

      RestoreReport report = source.restore(new RestoreTarget.Latest(), "restored");

      assertThat(largeObjects("restored")).isEmpty();
      assertThat(report.notes())
          .anyMatch(
              note ->
                  note.startsWith("302 large objects are NOT in the backup")
                      && note.contains("may not read 301 of them"));
    }
  }

  @Test
  void aDamagedOneIsNamedAndTheDatabaseIsNotComplete() throws Exception {
    try (ProtectedSource source = new ProtectedSource(server, "app", SCOPE, new Random(1))) {
      source.protect();
      source.seal();
      ObjectKey key =
          ((RestorePlan.Reachable) source.plan(new RestoreTarget.Latest()))
              .base().objects().stream()
                  .filter(object -> object.kind() == ObjectKind.LARGE_OBJECTS)
                  .findAny()
                  .orElseThrow()
                  .key();
      corrupt(source.store, key);

      assertThatThrownBy(() -> source.restore(new RestoreTarget.Latest(), "restored"))
          .isInstanceOf(VaultException.class)
          .hasMessageContaining(key.toString());
      assertThat(query("restored", "SELECT complete::text FROM holdfast.restored"))
          .containsExactly("false");
    }
  }

  private static void corrupt(MemoryObjectStore store, ObjectKey key) throws IOException {
    byte[] stored;
    try (InputStream in = store.open(key).orElseThrow()) {
      stored = in.readAllBytes();
    }
    stored[stored.length / 2] ^= 1;
    store.delete(key);
    store.putIfAbsent(key, Content.of(stored));
  }

  private List<String> largeObjects(String database) throws SQLException {
    return query(
        database,
        "SELECT concat_ws(' ', oid, lomowner::regrole, (SELECT array_agg(a::text ORDER BY a::text)"
            + " FROM unnest(lomacl) a), obj_description(oid, 'pg_largeobject'), md5(lo_get(oid)))"
            + " FROM pg_largeobject_metadata ORDER BY oid");
  }

  private List<String> query(String database, String query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = server.connect(database);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        rows.add(row.getString(1));
      }
    }
    return rows;
  }
}
