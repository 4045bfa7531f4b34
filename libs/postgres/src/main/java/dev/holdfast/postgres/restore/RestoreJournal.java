/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.verify.RowHasher;
import dev.holdfast.postgres.verify.TableContent;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a restore has done, in a table of its target: {@code holdfast.restored_parts}, a row for
 * each part, written when the part is there and not before. A restore that was killed leaves out
 * what it finds. It stays when the restore is complete, as a record: dropping it would fire the
 * event triggers that were restored.
 */
final class RestoreJournal implements RowJournal {

  private static final String TABLE = "holdfast.restored_parts";

  /** Its hash is that of the plan that the others are parts of. */
  private static final String PLAN = "plan";

  /** The database was made by the restore. */
  private static final String DATABASE = "database";

  /** Tables, and everything else that must be there before rows. */
  static final String DEFINITIONS = "definitions";

  /**
   * @param plan digest of what is being restored
   * @param database the restore made the database, so that it may drop it
   * @param definitions there is something to go on with
   */
  record Begun(String plan, boolean database, boolean definitions) {

    /** What was begun there can be gone on with, or begun again. */
    boolean serves(String wanted) {
      return plan.equals(wanted) && (definitions || database);
    }
  }

  private record Part(TableContent rows, List<String> notes) {}

  private final Map<String, Part> done = new ConcurrentHashMap<>();

  private RestoreJournal() {}

  /**
   * Makes it, in the transaction that marks the target.
   *
   * @param plan digest of what is being restored
   * @param database the restore made the database
   */
  static RestoreJournal create(Connection connection, String plan, boolean database)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE "
              + TABLE
              + """
                 (
                  part pg_catalog.text PRIMARY KEY,
                  rows pg_catalog.int8 NOT NULL,
                  hash pg_catalog.text NOT NULL,
                  notes pg_catalog.text[] NOT NULL,
                  done_at pg_catalog.timestamptz NOT NULL DEFAULT pg_catalog.clock_timestamp())
                """);
    }
    RestoreJournal journal = new RestoreJournal();
    journal.put(connection, PLAN, new TableContent("", PLAN, 0, plan), List.of());
    if (database) {
      journal.put(connection, DATABASE, List.of());
    }
    return journal;
  }

  /** What a killed restore left; empty when there is none, or it is complete. */
  static Optional<Begun> begun(Connection connection) throws SQLException {
    if (!RestoreMarker.isIncomplete(connection) || !exists(connection)) {
      return Optional.empty();
    }
    RestoreJournal journal = read(connection);
    return Optional.ofNullable(journal.done.get(PLAN))
        .map(
            plan -> new Begun(plan.rows().hash(), journal.has(DATABASE), journal.has(DEFINITIONS)));
  }

  private static boolean exists(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_catalog.to_regclass('" + TABLE + "') IS NOT NULL")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  /** What is there. */
  static RestoreJournal read(Connection connection) throws SQLException {
    RestoreJournal journal = new RestoreJournal();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT part, rows, hash, notes FROM " + TABLE)) {
      while (row.next()) {
        String name = row.getString(1);
        journal.done.put(
            name,
            new Part(
                new TableContent("", name, row.getLong(2), row.getString(3)),
                List.of((String[]) row.getArray(4).getArray())));
      }
    }
    return journal;
  }

  boolean has(String part) {
    return done.containsKey(part);
  }

  /** What was noted when {@code part} was done. */
  List<String> notes(String part) {
    @Nullable Part it = done.get(part);
    if (it == null) {
      throw new IllegalStateException("part '" + part + "' is not done");
    }
    return it.notes();
  }

  /** What comes after {@code prefix} in the names of the parts that begin with it. */
  Set<String> withPrefix(String prefix) {
    return done.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .map(name -> name.substring(prefix.length()))
        .collect(Collectors.toSet());
  }

  @Override
  public Optional<RowHasher> rows(String part) {
    return Optional.ofNullable(done.get(part)).map(it -> RowHasher.of(it.rows()));
  }

  @Override
  public void put(Connection connection, String part, RowHasher rows) throws SQLException {
    put(connection, part, rows.content("", part), List.of());
  }

  void put(Connection connection, String part, List<String> notes) throws SQLException {
    put(connection, part, new RowHasher().content("", part), notes);
  }

  private void put(Connection connection, String part, TableContent rows, List<String> notes)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO " + TABLE + " (part, rows, hash, notes) VALUES (?, ?, ?, ?)")) {
      Array texts = connection.createArrayOf("text", notes.toArray());
      insert.setString(1, part);
      insert.setLong(2, rows.rows());
      insert.setString(3, rows.hash());
      insert.setArray(4, texts);
      insert.executeUpdate();
      texts.free();
    }
    done.put(part, new Part(rows, List.copyOf(notes)));
  }
}
