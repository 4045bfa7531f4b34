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
import java.sql.Connection;
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

  /** The marker, in the new schema. */
  private static final String MARKER = "holdfast_restored";

  private final Connections connections;
  private final String schema;
  private final FoldedPlan folded;
  private final VaultObjects objects;
  private final RestoreOptions options;
  private final ProgressMeter meter;
  private final InstantSource clock;

  BesideRestore(
      Connections connections,
      String schema,
      FoldedPlan folded,
      VaultObjects objects,
      RestoreOptions options,
      ProgressMeter meter,
      InstantSource clock) {
    this.connections = connections;
    this.schema = schema;
    this.folded = folded;
    this.objects = objects;
    this.options = options;
    this.meter = meter;
    this.clock = clock;
  }

  /**
   * @param inPlace gives the live tables the rows afterwards
   */
  RestoreReport run(Instant started, boolean inPlace) {
    BaseIndex index = folded.index();
    List<String> notes = new ArrayList<>();
    try (Connection connection = connections.open()) {
      meter.phase(Phase.SCHEMA, 0);
      RestoreMarker marker = new RestoreMarker(place(MARKER));
      create(connection, index, marker, started);

      meter.phase(Phase.ROWS, RowLoader.storedBytes(index, folded.fold()));
      List<TableContent> loaded =
          folded.load(connections, objects, this::place, options.connections(), meter);
      if (folded.dependents().isPresent()) {
        notes.addAll(folded.dependents().get().write(connection, schema));
      }

      meter.phase(Phase.INDEXES, 0);
      keys(connection, index);

      meter.phase(Phase.VERIFY, 0);
      List<TableContent> found = verify(index, loaded, options.connections());
      Instant now = clock.instant();
      marker.complete(connection, now);
      if (inPlace) {
        notes.addAll(new RowsInPlace(connections, this).put(index));
      }
      notes.addAll(folded.notExact());
      meter.phase(Phase.DONE, 0);
      return folded.report(found, meter.stored(), started, now, notes);
    } catch (SQLException e) {
      throw PostgresException.of(e, "restoring beside", connections.describe());
    }
  }

  /**
   * Changes nothing.
   *
   * @throws PostgresException when there is no such database, or the schema is there already
   */
  static void check(Connections connections, String schema) {
    try (Connection connection = connections.open();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = "
                    + Sql.literal(schema)
                    + "), pg_catalog.has_database_privilege(pg_catalog.current_database(),"
                    + " 'CREATE')")) {
      row.next();
      if (row.getBoolean(1)) {
        throw new PostgresException(
            Reason.NOT_EMPTY,
            "beside",
            "the schema " + Sql.identifier(schema) + " exists at " + connections.describe(),
            "name a schema that does not exist yet, or drop this one first");
      }
      if (!row.getBoolean(2)) {
        throw new PostgresException(
            Reason.NO_RIGHTS,
            "user",
            "user '" + connections.credentials().user() + "' may not create a schema there",
            "GRANT CREATE ON DATABASE ... TO the user");
      }
    } catch (SQLException e) {
      throw PostgresException.of(e, "looking at the target", connections.describe());
    }
  }

  /** Two tables of one name would meet in the new schema. */
  static void requireDistinct(BaseIndex index) {
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

  private void create(Connection connection, BaseIndex index, RestoreMarker marker, Instant started)
      throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("CREATE SCHEMA " + Sql.identifier(schema));
      // Before any of its tables: from here on the schema says that it is not complete.
      marker.begin(connection, folded.plan(), folded.end(), started);
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
