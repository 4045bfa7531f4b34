/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rows of a transaction that is left out which later transactions built on: they are as those left
 * them, what the transaction did to them included.
 */
final class DependentRows {

  /** So many are named; all are counted. */
  private static final int MOST = 10_000;

  private record Row(String schema, String table, String identity) {}

  private final RestoreTarget.LeftOut transaction;
  private final List<Row> named = new ArrayList<>();
  private final Set<String> tables = new HashSet<>();
  private long count;

  DependentRows(RestoreTarget.LeftOut transaction) {
    this.transaction = transaction;
  }

  /** Empty for a target that leaves nothing out. */
  static Optional<DependentRows> of(RestoreTarget target) {
    return target instanceof RestoreTarget.Without(var _, var transaction)
        ? Optional.of(new DependentRows(transaction))
        : Optional.empty();
  }

  /** Those of one table. */
  final class OfTable {
    private final String schema;
    private final String name;

    private OfTable(String schema, String name) {
      this.schema = schema;
      this.name = name;
    }

    /** The transaction changed rows of it. */
    void touched() {
      tables.add(Sql.qualified(schema, name));
    }

    /**
     * @param identity key or whole row as {@code COPY} text
     */
    void add(String identity) {
      DependentRows.this.add(new Row(schema, name, identity));
    }
  }

  OfTable of(String schema, String name) {
    return new OfTable(schema, name);
  }

  private synchronized void add(Row row) {
    count++;
    if (named.size() < MOST) {
      named.add(row);
    }
  }

  /** Takes in what another part of the rows has told. */
  synchronized void add(DependentRows part) {
    count += part.count;
    tables.addAll(part.tables);
    part.named.stream().limit(MOST - named.size()).forEach(named::add);
  }

  /** Tables that the transaction changed, quoted: what others say of their rows may not hold. */
  Set<String> tables() {
    return tables;
  }

  /** What a report says of them. */
  synchronized RestoreReport.Dependents told(String schema) {
    return new RestoreReport.Dependents(transaction.xid(), count, table(schema));
  }

  private static String table(String schema) {
    return Sql.qualified(schema, "dependent_rows");
  }

  /**
   * Writes them into the target, beside its marker.
   *
   * @param schema of the table {@code dependent_rows}
   * @return notes
   */
  synchronized List<String> write(Connection connection, String schema) throws SQLException {
    String table = table(schema);
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE "
              + table
              + " (schema_name pg_catalog.text NOT NULL, table_name pg_catalog.text NOT NULL,"
              + " row_identity pg_catalog.text NOT NULL)");
    }
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO " + table + " VALUES (?, ?, ?)")) {
      for (Row row : named) {
        insert.setString(1, row.schema());
        insert.setString(2, row.table());
        insert.setString(3, row.identity());
        insert.addBatch();
      }
      insert.executeBatch();
    }
    List<String> notes = new ArrayList<>();
    notes.add("transaction " + transaction.xid() + " was left out");
    if (count > 0) {
      notes.add(
          count
              + " rows that it changed were changed again by later transactions, and are as those"
              + " left them: "
              + table
              + " names "
              + (count > named.size() ? "the first " + named.size() : "them"));
    }
    return notes;
  }
}
