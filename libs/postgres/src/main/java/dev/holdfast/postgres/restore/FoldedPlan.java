/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndexJson;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.vault.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A plan, and what its changes come to: all that does not fit into memory at once but for the first
 * of several passes is found out before a target is touched.
 */
record FoldedPlan(RestorePlan.Reachable plan, RestoredSchema schema, FoldPasses passes) {

  /** The definitions alone. */
  static RestoredSchema schema(
      VaultObjects objects, RestorePlan.Reachable plan, Selection selection) throws IOException {
    BaseIndex base = index(objects, plan.base().index());
    List<BaseIndex> recorded = new ArrayList<>();
    for (RestorePlan.SchemaVersion version : plan.schemas()) {
      recorded.add(index(objects, version.entry().index().orElseThrow()));
    }
    List<RestoredSchema.Tables> bases = new ArrayList<>();
    for (RestorePlan.TableBase tables : plan.tableBases()) {
      try (InputStream in = objects.open(tables.entry().index())) {
        bases.add(new RestoredSchema.Tables(BaseIndexJson.readTables(in), tables.tables()));
      }
    }
    return RestoredSchema.of(base, recorded, bases).only(selection);
  }

  private static BaseIndex index(VaultObjects objects, ObjectRef reference) throws IOException {
    try (InputStream in = objects.open(reference)) {
      return BaseIndexJson.read(in);
    }
  }

  /** Reads all changes, and folds what fits. */
  static FoldedPlan read(
      VaultObjects objects,
      RestorePlan.Reachable plan,
      RestoredSchema schema,
      long memoryBytes,
      ProgressMeter meter) {
    FoldPasses passes = new FoldPasses(objects, plan, schema, memoryBytes, meter);
    passes.next();
    return new FoldedPlan(plan, schema, passes);
  }

  /** Folds all changes at once, or refuses. */
  static FoldedPlan readWhole(
      VaultObjects objects,
      RestorePlan.Reachable plan,
      RestoredSchema schema,
      long memoryBytes,
      ProgressMeter meter) {
    FoldPasses passes = new FoldPasses(objects, plan, schema, memoryBytes, meter);
    passes.whole();
    return new FoldedPlan(plan, schema, passes);
  }

  /** Of the pass at hand. */
  ChangeFold fold() {
    return passes.fold();
  }

  ChangeStream.End end() {
    return passes.end();
  }

  /** When a transaction is left out. */
  Optional<DependentRows> dependents() {
    return passes.dependents();
  }

  /**
   * Loads the rows of all passes into tables that are empty.
   *
   * @param destination where a table's rows go, quoted
   * @param freezing how the first rows are loaded
   * @param journal which of them are there
   * @return what was put in, in the order of {@link #index}
   */
  List<TableContent> load(
      Connections connections,
      VaultObjects objects,
      Function<BaseIndex.Table, String> destination,
      RowLoader.Freezing freezing,
      int parallelism,
      RowJournal journal,
      ProgressMeter meter) {
    Map<Long, RowMap> maps = schema.maps();
    List<TableContent> all =
        new RowLoader(
                connections, objects, fold(), destination, maps, freezing, journal, passes.name())
            .load(index(), parallelism, meter);
    while (passes.next()) {
      List<TableContent> more =
          new RowLoader(
                  connections,
                  objects,
                  fold(),
                  destination,
                  maps,
                  RowLoader.Freezing.NONE,
                  journal,
                  passes.name())
              .load(index(), parallelism, meter);
      for (int i = 0; i < all.size(); i++) {
        all.set(i, all.get(i).plus(more.get(i)));
      }
    }
    return all;
  }

  /** The tables that are restored, and where their rows of the base are. */
  BaseIndex index() {
    return schema.target();
  }

  /**
   * @param beside the schema that they stand in, of a database in use
   */
  RestoreReport report(
      List<TableContent> found,
      long storedBytes,
      Instant started,
      Instant now,
      List<String> notes,
      Optional<String> beside) {
    List<TableContent> tables = new ArrayList<>(found);
    tables.sort(Comparator.comparing(TableContent::schema).thenComparing(TableContent::name));
    RestoreTarget moment = plan.target().moment();
    Instant asOf = moment instanceof RestoreTarget.AtTime(Instant time) ? time : plan.end().time();
    Optional<Duration> rpo =
        moment instanceof RestoreTarget.Latest
            ? Optional.of(asOf.isBefore(started) ? Duration.between(asOf, started) : Duration.ZERO)
            : Optional.empty();
    return new RestoreReport(
        plan.source(),
        plan.base().base(),
        end().reached(),
        end().last(),
        asOf,
        rpo,
        tables,
        storedBytes,
        started,
        Duration.between(started, now),
        notes,
        dependents().map(rows -> rows.told(beside.orElse(ChangeFold.OWN_SCHEMA))),
        beside.map(schema -> new RestoreReport.Beside(schema, List.of())));
  }

  /** What of the restored rows is not as the target asks, whatever they are restored into. */
  List<String> notExact() {
    List<String> notes = new ArrayList<>();
    if (passes.passes() > 1) {
      notes.add(
          "the changes did not fit into memory at once: they were read for "
              + passes.passes()
              + " shares of the rows, one after the other; more heap (-Xmx) makes this faster");
    }
    notes.addAll(notExact(index(), plan));
    plan.openHole()
        .ifPresent(
            hole ->
                notes.add(
                    "what was committed after "
                        + hole.after()
                        + " was not captured ("
                        + hole.reason()
                        + ")"));
    return notes;
  }

  /** Of the tables. */
  static List<String> notExact(BaseIndex index, RestorePlan.Reachable plan) {
    List<String> notes = new ArrayList<>();
    for (BaseIndex.Table table : index.tables()) {
      if (table.identity() == BaseIndex.Identity.NONE) {
        notes.add(
            "table "
                + table.schema()
                + "."
                + table.name()
                + " is as it was at the base ("
                + plan.takenAt(table.oid())
                + "): it has no replica identity");
      }
    }
    for (BaseIndex.Excluded table : index.excluded()) {
      notes.add(
          "table " + table.schema() + "." + table.name() + " is not protected: " + table.reason());
    }
    return notes;
  }
}
