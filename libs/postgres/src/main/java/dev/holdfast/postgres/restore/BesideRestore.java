/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.PostgresException.Reason;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.HashedTable;
import dev.holdfast.postgres.verify.TableContent;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Puts rows of chosen tables into a new schema of a database that is in use. It makes plain tables
 * with the columns, types and the key that the rows have, touches nothing that was there before,
 * and needs no lock on it.
 */
final class BesideRestore {

  /** What PostgreSQL keeps of a name. */
  private static final int LONGEST_NAME = 63;

  private final Connections connections;
  private final BesideTarget target;
  private final String schema;
  private final FoldedPlan folded;
  private final VaultObjects objects;
  private final RestoreOptions options;
  private final ProgressMeter meter;
  private final InstantSource clock;

  BesideRestore(
      BesideTarget target,
      FoldedPlan folded,
      VaultObjects objects,
      RestoreOptions options,
      ProgressMeter meter,
      InstantSource clock) {
    this.connections = target.connections();
    this.target = target;
    this.schema = target.schema();
    this.folded = folded;
    this.objects = objects;
    this.options = options;
    this.meter = meter;
    this.clock = clock;
  }

  RestoreReport run(Instant started) {
    BaseIndex index = folded.index();
    List<String> notes = new ArrayList<>();
    try (Connection connection = connections.open()) {
      meter.phase(Phase.SCHEMA, 0);
      BesideMarker marker = new BesideMarker(schema);
      create(connection, index, marker, started);

      List<TableContent> loaded =
          folded.load(
              connections,
              objects,
              this::place,
              RowLoader.Freezing.on(connection),
              options.connections(),
              RowJournal.NONE,
              meter);
      if (folded.dependents().isPresent()) {
        notes.addAll(folded.dependents().get().write(connection, schema));
      }

      meter.phase(Phase.INDEXES, 0);
      keys(connection, index);

      meter.phase(Phase.VERIFY, 0);
      List<TableContent> found = verify(index, loaded, options.connections());
      notes.addAll(folded.notExact());
      Instant now = clock.instant();
      RestoreReport report =
          folded.report(found, meter.stored(), started, now, notes, Optional.of(schema));
      marker.complete(connection, report, now);
      if (target.inPlace()) {
        report = new RowsInPlace(connections, this).put(index, report, marker);
      }
      meter.phase(Phase.DONE, 0);
      return report;
    } catch (SQLException e) {
      throw PostgresException.of(e, "restoring beside", connections.describe());
    }
  }

  /**
   * Changes nothing.
   *
   * @param index the tables that are restored
   * @throws PostgresException when there is no such database, the schema is there already, or the
   *     rows could not be put where they are asked to be
   */
  static void check(BesideTarget target, BaseIndex index) {
    requireName(target.schema());
    requireDistinct(index);
    Connections connections = target.connections();
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(),"
                    + " 'CREATE')")) {
      if (exists(connection, target.schema())) {
        throw isThere(connections, target.schema());
      }
      row.next();
      if (!row.getBoolean(1)) {
        throw new PostgresException(
            Reason.NO_RIGHTS,
            "user",
            "user '" + connections.credentials().user() + "' may not create a schema there",
            "GRANT CREATE ON DATABASE ... TO the user");
      }
      if (target.inPlace()) {
        RowsInPlace.check(connection, index);
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the target", connections.describe());
    }
  }

  /** A longer one would be cut, and found under its other name by nobody. */
  private static void requireName(String schema) {
    if (schema.isBlank()
        || schema.startsWith("pg_")
        || schema.indexOf('\0') >= 0
        || schema.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new PostgresException(
          Reason.WRONG_SETTING,
          "beside",
          "'" + schema + "' cannot be the name of a schema",
          "name one of 1 to " + LONGEST_NAME + " bytes that does not begin with pg_");
    }
  }

  static boolean exists(Connection connection, String schema) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ?)")) {
      query.setString(1, schema);
      try (ResultSet row = query.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  static PostgresException isThere(Connections connections, String schema) {
    return new PostgresException(
        Reason.NOT_EMPTY,
        "beside",
        "the schema " + Sql.identifier(schema) + " exists at " + connections.describe(),
        "name a schema that does not exist yet, or drop this one first");
  }

  /** Two tables of one name would meet in the new schema. */
  private static void requireDistinct(BaseIndex index) {
    Set<String> names = new HashSet<>();
    for (BaseIndex.Table table : index.tables()) {
      if (!names.add(table.name())) {
        throw new PostgresException(
            Reason.WRONG_SETTING,
            "only",
            "several schemas have a table " + table.name() + ", and beside there is room for one",
            "restore one schema after the other, each beside in a schema of its own");
      }
    }
  }

  String place(BaseIndex.Table table) {
    return place(table.name());
  }

  /** A name in the new schema, quoted. */
  String place(String name) {
    return Sql.qualified(schema, name);
  }

  private void create(Connection connection, BaseIndex index, BesideMarker marker, Instant started)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      // Both at once: there is no moment at which nobody can tell whose schema this is.
      connection.setAutoCommit(false);
      statement.execute("CREATE SCHEMA " + Sql.identifier(schema));
      marker.begin(connection, folded.plan(), folded.end(), target.owner(), started);
      connection.commit();
      connection.setAutoCommit(true);
      for (BaseIndex.Table table : index.tables()) {
        statement.execute(
            "CREATE TABLE "
                + place(table)
                + table.columns().stream()
                    .map(column -> Sql.identifier(column.name()) + " " + type(column))
                    .collect(Collectors.joining(", ", " (", ")")));
      }
    }
  }

  /** A name that this database may not have is kept as text. */
  private static String type(BaseIndex.Column column) {
    return NamedValues.isName(column) ? "pg_catalog.text" : column.type();
  }

  /** What makes rows of a table distinct makes them so beside. */
  private void keys(Connection connection, BaseIndex index) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (BaseIndex.Table table : index.tables()) {
        if (table.identity() == BaseIndex.Identity.KEY) {
          statement.execute(
              "ALTER TABLE "
                  + place(table)
                  + " ADD PRIMARY KEY "
                  + table.columns().stream()
                      .filter(BaseIndex.Column::key)
                      .map(column -> Sql.identifier(column.name()))
                      .collect(Collectors.joining(", ", "(", ")")));
        }
        statement.execute("ANALYZE " + place(table));
      }
    }
  }

  /**
   * What stands in the tables must be what was put in.
   *
   * @return under the names that the tables have in the source
   */
  private List<TableContent> verify(BaseIndex index, List<TableContent> loaded, int parallelism) {
    List<HashedTable> tables =
        index.tables().stream()
            .map(table -> new HashedTable(schema, table.name(), table.columnNames()))
            .toList();
    List<TableContent> found = new ArrayList<>();
    List<TableContent> there = ContentHash.of(connections, tables, Optional.empty(), parallelism);
    for (int i = 0; i < there.size(); i++) {
      TableContent expected = loaded.get(i);
      TableContent content =
          new TableContent(
              expected.schema(), expected.name(), there.get(i).rows(), there.get(i).hash());
      if (!content.equals(expected)) {
        throw new PostgresException(
            Reason.FAILED,
            null,
            "table "
                + place(index.tables().get(i))
                + " does not hold what was loaded into it. It is marked incomplete",
            "make sure that nobody writes to it, then restore again; report it if it repeats");
      }
      found.add(content);
    }
    return found;
  }
}
