/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.testkit.TestServers;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ContentHashTest {

  @RegisterExtension static final TestServers servers = new TestServers();

  private static final HashedTable LARGE =
      new HashedTable("public", "Large \"one\"", List.of("id", "v"));
  private static final HashedTable SMALL = new HashedTable("public", "small", List.of("id"));

  /** Three parts, the second without a row; what comes after the last size is in it. */
  @Test
  void aLargeTableInPartsComesToTheSameAsAsAWhole() throws Exception {
    PostgresServer server = servers.postgres();
    server.execute(
        "postgres",
        "CREATE TABLE \"Large \"\"one\"\"\" (id int, gone int, v text)",
        "ALTER TABLE \"Large \"\"one\"\"\" DROP COLUMN gone",
        "INSERT INTO \"Large \"\"one\"\"\" SELECT i, repeat(md5(i::text), 30)"
            + " FROM generate_series(1, 150000) i",
        "DELETE FROM \"Large \"\"one\"\"\" WHERE ctid BETWEEN '(8192,0)' AND '(16384,0)'",
        "CREATE TABLE child () INHERITS (\"Large \"\"one\"\"\")",
        "INSERT INTO child VALUES (1, 'of the child')",
        "CREATE TABLE small AS SELECT generate_series(1, 10) AS id");
    Connections connections =
        Connections.to(
            DatabaseUrl.parse(server.jdbcUrl("postgres")),
            new Credentials(PostgresServer.SUPERUSER, server.password()));
    List<HashedTable> tables = List.of(LARGE, SMALL);
    assertThat(TablePart.shared(connections, tables)).hasSize(4);
    List<TableContent> whole =
        TableScan.read(connections, tables, Optional.empty(), 1, i -> hash(tables.get(i)));
    assertThat(whole).extracting(TableContent::rows).containsExactly(84_464L, 10L);

    assertThat(ContentHash.of(connections, tables, Optional.empty(), 2)).isEqualTo(whole);

    try (Connection holder = connections.open();
        Statement statement = holder.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ");
      String snapshot;
      try (var row = statement.executeQuery("SELECT pg_export_snapshot()")) {
        row.next();
        snapshot = row.getString(1);
      }
      server.execute(
          "postgres",
          "UPDATE \"Large \"\"one\"\"\" SET id = -id WHERE id % 10 = 0",
          "INSERT INTO \"Large \"\"one\"\"\" SELECT i, 'later' FROM generate_series(1, 100000) i");
      assertThat(ContentHash.of(connections, tables, Optional.of(snapshot), 2)).isEqualTo(whole);
    }
    assertThat(ContentHash.of(connections, tables, Optional.empty(), 2).getFirst())
        .isNotEqualTo(whole.getFirst());
  }

  private static TableScan.Sink<TableContent> hash(HashedTable table) {
    RowHasher hasher = new RowHasher();
    return new TableScan.Sink<>() {
      @Override
      public void line(byte[] line, int length) {
        hasher.line(line, 0, length);
      }

      @Override
      public TableContent result() {
        return hasher.content(table.schema(), table.name());
      }
    };
  }
}
