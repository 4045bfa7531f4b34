/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.DatabaseProperties;
import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.HashedTable;
import dev.holdfast.postgres.verify.TableContent;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The part of one restore that writes to its target. */
final class Restore {

  private final FoldedPlan folded;
  private final RestorePlan.Reachable plan;
  private final BaseIndex base;
  private final TargetServer server;
  private final TargetServer.State state;
  private final PgRestore program;
  private final VaultObjects objects;
  private final RestoreOptions options;
  private final ProgressMeter meter;
  private final InstantSource clock;
  private final Connections connections;
  private final List<String> notes = new ArrayList<>();

  Restore(
      FoldedPlan folded,
      TargetServer server,
      TargetServer.State state,
      PgTools.Tool program,
      VaultObjects objects,
      RestoreOptions options,
      ProgressMeter meter,
      InstantSource clock) {
    this.folded = folded;
    this.plan = folded.plan();
    this.base = folded.index();
    this.server = server;
    this.state = state;
    this.program = new PgRestore(program, server.connections(), state.superuser());
    this.objects = objects;
    this.options = options;
    this.meter = meter;
    this.clock = clock;
    this.connections = server.connections();
  }

  RestoreReport run(Instant started) throws IOException {
    boolean done = false;
    meter.phase(Phase.SCHEMA, 0);
    if (!state.exists()) {
      server.create(base.properties());
    }
    try {
      RestoreReport report = fill(started);
      done = true;
      return report;
    } catch (SQLException e) {
      throw PostgresException.of(e, "restoring", server.describe());
    } finally {
      if (!done && !state.exists() && options.dropCreatedOnFailure()) {
        // An interrupt that ended the restore must not end the clearing up as well.
        boolean interrupted = Thread.interrupted();
        server.drop();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private RestoreReport fill(Instant started) throws IOException, SQLException {
    try (Connection connection = connections.open()) {
      // First of all: from here on the database says that it is not usable.
      RestoreMarker.createSchema(connection);
      RestoreMarker.OF_DATABASE.begin(connection, plan, folded.end(), started);
      roles(connection);
      List<TableContent> found;
      try (InputStream archive = objects.open(base.schema());
          SchemaRestore definitions = new SchemaRestore(program, archive)) {
        List<String> missing = definitions.preData();
        notes.addAll(missing);
        TargetCatalog.requireTables(connection, base, server.describe(), missing);
        leaveOutOthers(connection);
        Set<String> inexact =
            TargetCatalog.inexactTables(
                connection, base, folded.dependents().map(DependentRows::tables).orElse(Set.of()));

        meter.phase(
            Phase.ROWS,
            RowLoader.storedBytes(base, folded.fold())
                + base.largeObjects().map(stored -> stored.object().size()).orElse(0L));
        if (base.largeObjects().isPresent()) {
          notes.addAll(
              LargeObjectRestore.apply(
                  connection,
                  program,
                  objects,
                  base.largeObjects().get(),
                  plan.base().snapshotAt().toString()));
        }
        NamedValues named = new NamedValues(base);
        named.prepare(connection);
        List<TableContent> streamed =
            folded.load(
                connections,
                objects,
                named::destination,
                RowLoader.Freezing.on(connection),
                options.connections(),
                meter);

        if (folded.dependents().isPresent()) {
          notes.addAll(folded.dependents().get().write(connection, ChangeFold.OWN_SCHEMA));
        }

        meter.phase(Phase.INDEXES, 0);
        note(definitions.indexes(options.connections()));
        notes.addAll(named.move(connection));
        note(definitions.postData(options.connections(), inexact));
        note(SequenceRestore.apply(connection, base, folded.passes().sequences()));
        notes.addAll(
            TargetCatalog.refreshViews(
                connection,
                base.properties().map(DatabaseProperties::unpopulated).orElse(List.of())));
        notes.addAll(TargetCatalog.applySettings(connection, base, connections.url().database()));
        if (base.properties().isPresent()) {
          notes.addAll(DatabaseRestore.apply(connection, base.properties().get()));
        }
        try (Statement statement = connection.createStatement()) {
          statement.execute("ANALYZE");
        }

        meter.phase(Phase.VERIFY, 0);
        found = verify(streamed, named.changed());
        note(definitions.last());
      }
      notes.addAll(folded.notExact());
      Instant now = clock.instant();
      // Last: the database is what the report says.
      RestoreMarker.OF_DATABASE.complete(connection, now);
      meter.phase(Phase.DONE, 0);
      return folded.report(found, meter.stored(), started, now, notes, Optional.empty());
    }
  }

  /** What lacks only because a table was not asked for is no news. */
  private void note(List<String> about) {
    notes.addAll(
        options.selection().isAll()
            ? about
            : about.stream()
                .filter(
                    note ->
                        note.contains(" FK CONSTRAINT ")
                            || !(note.contains("does not exist")
                                || note.contains("is not in the restored schema")))
                .toList());
  }

  private void leaveOutOthers(Connection connection) throws SQLException {
    if (!options.selection().isAll()) {
      notes.add(
          OtherTables.drop(connection, base)
              + " other tables were left out, and the views, references and large objects that go"
              + " with them");
    }
  }

  private void roles(Connection connection) throws IOException, SQLException {
    if (base.roles().isPresent()) {
      try (InputStream sql = objects.open(base.roles().get())) {
        notes.addAll(
            RoleRestore.apply(connection, new InputStreamReader(sql, StandardCharsets.UTF_8)));
      }
    }
    if (!state.superuser()) {
      notes.add(
          "owners were not kept: user '" + connections.credentials().user() + "' is no superuser");
    }
  }

  /**
   * What stands in the tables must be what was put in.
   *
   * @param changed tables, quoted, of which it is known that they hold other values
   * @return what stands in them
   */
  private List<TableContent> verify(List<TableContent> streamed, Set<String> changed) {
    List<HashedTable> tables =
        base.tables().stream()
            .map(table -> new HashedTable(table.schema(), table.name(), table.columnNames()))
            .toList();
    List<TableContent> found =
        ContentHash.of(connections, tables, Optional.empty(), options.connections());
    Set<String> different = new TreeSet<>();
    for (int i = 0; i < found.size(); i++) {
      boolean known = changed.contains(Sql.qualified(found.get(i).schema(), found.get(i).name()));
      if (!found.get(i).equals(streamed.get(i))
          && !(known && found.get(i).rows() == streamed.get(i).rows())) {
        different.add(
            found.get(i).schema()
                + "."
                + found.get(i).name()
                + " ("
                + found.get(i).rows()
                + " rows, "
                + streamed.get(i).rows()
                + " were loaded)");
      }
    }
    if (!different.isEmpty()) {
      throw new PostgresException(
          PostgresException.Reason.FAILED,
          null,
          "the restored tables do not hold what was loaded into them: "
              + String.join(", ", different)
              + ". The database is marked incomplete",
          "make sure that nobody writes to the target, then restore again; report it if it repeats");
    }
    return found;
  }
}
