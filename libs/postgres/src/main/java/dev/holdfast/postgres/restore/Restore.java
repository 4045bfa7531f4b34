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
import dev.holdfast.postgres.verify.RowHasher;
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
  private final TargetServer.State found;
  private final boolean goesOn;
  private final PgRestore program;
  private final VaultObjects objects;
  private final RestoreOptions options;
  private final ProgressMeter meter;
  private final InstantSource clock;
  private final Connections connections;

  Restore(
      FoldedPlan folded,
      TargetServer server,
      TargetServer.State found,
      PgTools.Tool program,
      VaultObjects objects,
      RestoreOptions options,
      ProgressMeter meter,
      InstantSource clock) {
    this.folded = folded;
    this.plan = folded.plan();
    this.base = folded.index();
    this.server = server;
    this.found = found;
    this.goesOn = found.begun().filter(RestoreJournal.Begun::definitions).isPresent();
    this.program = new PgRestore(program, server.connections(), found.superuser(), goesOn);
    this.objects = objects;
    this.options = options;
    this.meter = meter;
    this.clock = clock;
    this.connections = server.connections();
  }

  RestoreReport run(Instant started) throws IOException {
    boolean done = false;
    meter.phase(Phase.SCHEMA, 0);
    boolean creates = !found.exists() || found.begun().isPresent() && !goesOn;
    try {
      if (creates && found.exists()) {
        // Killed before there was anything to go on with, in a database that it had made.
        server.dropLeft();
      }
      if (creates) {
        server.create(base.properties());
      }
      RestoreReport report = fill(started, creates);
      done = true;
      return report;
    } catch (SQLException e) {
      throw PostgresException.of(e, "restoring", server.describe());
    } finally {
      if (!done && creates && options.dropCreatedOnFailure()) {
        // An interrupt that ended the restore must not end the clearing up as well.
        boolean interrupted = Thread.interrupted();
        server.drop();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private RestoreReport fill(Instant now, boolean created) throws IOException, SQLException {
    try (Connection connection = connections.open()) {
      EarlierSessions.end(connection, server.describe());
      RestoreJournal journal =
          goesOn ? RestoreJournal.read(connection) : begin(connection, now, created);
      Instant started = RestoreMarker.OF_DATABASE.startedAt(connection);
      RestoreSteps steps = new RestoreSteps(connection, journal);
      if (goesOn) {
        steps.note(
            List.of(
                "an attempt that began at " + started + " was killed: this one went on with it"));
      }
      List<TableContent> there;
      try (InputStream archive = objects.open(base.schema());
          SchemaRestore definitions = new SchemaRestore(program, archive)) {
        NamedValues named = new NamedValues(base);
        steps.once(RestoreJournal.DEFINITIONS, () -> definitions(connection, definitions, named));
        Set<String> inexact =
            TargetCatalog.inexactTables(
                connection, base, folded.dependents().map(DependentRows::tables).orElse(Set.of()));
        List<TableContent> streamed = rows(connection, journal, steps, named);

        meter.phase(Phase.INDEXES, 0);
        steps.once("indexes", () -> wanted(definitions.indexes(options.connections())));
        steps.atOnce("names", () -> named.move(connection, journal));
        steps.once(
            "constraints", () -> wanted(definitions.postData(options.connections(), inexact)));
        steps.once(
            "sequences",
            () -> wanted(SequenceRestore.apply(connection, base, folded.passes().sequences())));
        steps.once("views", () -> views(connection));
        steps.once("statistics", () -> analyze(connection));

        meter.phase(Phase.VERIFY, 0);
        there = verified(connection, journal, steps, streamed);
        steps.once("row security", () -> wanted(definitions.rowSecurity()));
        steps.once("event triggers", () -> wanted(definitions.eventTriggers()));
        // Later sessions are as these say, and may write no more.
        steps.once("properties", () -> properties(connection));
      }
      steps.note(folded.notExact());
      Instant end = clock.instant();
      // Last: the database is what the report says.
      RestoreMarker.OF_DATABASE.complete(connection, end);
      meter.phase(Phase.DONE, 0);
      return folded.report(there, meter.stored(), started, end, steps.notes(), Optional.empty());
    }
  }

  /** First of all: from here on the database says that it is not usable. */
  private RestoreJournal begin(Connection connection, Instant now, boolean created)
      throws SQLException {
    connection.setAutoCommit(false);
    RestoreMarker.createSchema(connection);
    RestoreMarker.OF_DATABASE.begin(connection, plan, folded.end(), now);
    RestoreJournal journal =
        RestoreJournal.create(connection, PlanDigest.of(plan, options.selection()), created);
    connection.commit();
    connection.setAutoCommit(true);
    return journal;
  }

  private List<String> definitions(
      Connection connection, SchemaRestore definitions, NamedValues named)
      throws IOException, SQLException {
    List<String> notes = new ArrayList<>(roles(connection));
    List<String> missing = definitions.preData();
    notes.addAll(missing);
    TargetCatalog.requireTables(connection, base, server.describe(), missing);
    if (!options.selection().isAll()) {
      notes.add(
          OtherTables.drop(connection, base)
              + " other tables were left out, and the views, references and large objects that go"
              + " with them");
    }
    named.prepare(connection);
    return notes;
  }

  private List<TableContent> rows(
      Connection connection, RestoreJournal journal, RestoreSteps steps, NamedValues named)
      throws IOException, SQLException {
    requireSameShares(connection, journal);
    if (base.largeObjects().isPresent()) {
      BaseIndex.StoredLargeObjects stored = base.largeObjects().get();
      meter.phase(Phase.ROWS, stored.object().size());
      steps.once(
          "large objects",
          () -> {
            LargeObjectRestore.clear(connection);
            return LargeObjectRestore.apply(
                connection, program, objects, stored, plan.base().snapshotAt().toString());
          });
    }
    List<TableContent> streamed =
        folded.load(
            connections,
            objects,
            named::destination,
            RowLoader.Freezing.on(connection),
            options.connections(),
            journal,
            meter);
    if (folded.dependents().isPresent()) {
      DependentRows dependents = folded.dependents().get();
      steps.atOnce("dependent rows", () -> dependents.write(connection, ChangeFold.OWN_SCHEMA));
    }
    return streamed;
  }

  /** How much memory there is decides which rows are in a share. */
  private void requireSameShares(Connection connection, RestoreJournal journal)
      throws SQLException {
    String prefix = "loaded ";
    String now =
        folded.passes().isWhole()
            ? "at once"
            : "in shares of " + options.foldMemoryBytes() + " bytes of memory";
    Set<String> begun = journal.withPrefix(prefix);
    if (begun.isEmpty()) {
      journal.put(connection, prefix + now, List.of());
    } else if (!begun.contains(now)) {
      throw new PostgresException(
          PostgresException.Reason.WRONG_SETTING,
          "foldMemoryBytes",
          "the restore that began there loads rows "
              + String.join(", ", begun)
              + ", and this one would "
              + now,
          "give it as much heap (-Xmx) as it had, or drop the database and begin anew");
    }
  }

  private List<String> views(Connection connection) throws SQLException {
    return TargetCatalog.refreshViews(
        connection, base.properties().map(DatabaseProperties::unpopulated).orElse(List.of()));
  }

  private List<String> properties(Connection connection) throws SQLException {
    List<String> notes =
        new ArrayList<>(
            TargetCatalog.applySettings(connection, base, connections.url().database()));
    if (base.properties().isPresent()) {
      notes.addAll(DatabaseRestore.apply(connection, base.properties().get()));
    }
    return notes;
  }

  private static List<String> analyze(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    }
    return List.of();
  }

  /** What stands in the tables, which is what was put in. */
  private List<TableContent> verified(
      Connection connection,
      RestoreJournal journal,
      RestoreSteps steps,
      List<TableContent> streamed)
      throws IOException, SQLException {
    steps.atOnce(
        "verified",
        () -> {
          List<TableContent> there = verify(streamed, NamedValues.changed(journal));
          for (int i = 0; i < there.size(); i++) {
            journal.put(connection, verified(base.tables().get(i)), RowHasher.of(there.get(i)));
          }
          return List.of();
        });
    return base.tables().stream()
        .map(
            table ->
                journal.rows(verified(table)).orElseThrow().content(table.schema(), table.name()))
        .toList();
  }

  private static String verified(BaseIndex.Table table) {
    return "verified table " + table.oid();
  }

  /** What lacks only because a table was not asked for is no news. */
  private List<String> wanted(List<String> notes) {
    return options.selection().isAll()
        ? notes
        : notes.stream()
            .filter(
                note ->
                    note.contains(" FK CONSTRAINT ")
                        || !(note.contains("does not exist")
                            || note.contains("is not in the restored schema")))
            .toList();
  }

  private List<String> roles(Connection connection) throws IOException, SQLException {
    List<String> notes = new ArrayList<>();
    if (base.roles().isPresent()) {
      try (InputStream sql = objects.open(base.roles().get())) {
        notes.addAll(
            RoleRestore.apply(connection, new InputStreamReader(sql, StandardCharsets.UTF_8)));
      }
    }
    if (!found.superuser()) {
      notes.add(
          "owners were not kept: user '" + connections.credentials().user() + "' is no superuser");
    }
    return notes;
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
