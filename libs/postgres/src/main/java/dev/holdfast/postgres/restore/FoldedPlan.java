/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

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
import java.util.Optional;

/**
 * A plan, and what its changes come to: everything that is found out before a target is touched.
 *
 * @param end where the changes really ended
 * @param dependents when a transaction is left out
 */
record FoldedPlan(
    RestorePlan.Reachable plan,
    RestoredSchema schema,
    ChangeFold fold,
    ChangeStream.End end,
    Optional<DependentRows> dependents) {

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

  /** Reads all changes. */
  static FoldedPlan read(
      VaultObjects objects,
      RestorePlan.Reachable plan,
      RestoredSchema schema,
      long memoryBytes,
      ProgressMeter meter) {
    meter.phase(RestoreProgress.Phase.CHANGES, bodies(plan));
    Optional<DependentRows> dependents = DependentRows.of(plan.target());
    ChangeFold fold = schema.fold(new FoldBudget(memoryBytes), dependents);
    ChangeStream.End end =
        new ChangeStream(
                plan,
                objects.inOrder(
                    plan.parts().stream()
                        .flatMap(part -> part.segment().bodies().stream())
                        .iterator()),
                fold)
            .read();
    return new FoldedPlan(plan, schema, fold, end, dependents);
  }

  private static long bodies(RestorePlan.Reachable plan) {
    return plan.parts().stream()
        .flatMap(part -> part.segment().bodies().stream())
        .mapToLong(ObjectRef::size)
        .sum();
  }

  /** The tables that are restored, and where their rows of the base are. */
  BaseIndex index() {
    return schema.target();
  }

  RestoreReport report(
      List<TableContent> found,
      long storedBytes,
      Instant started,
      Instant now,
      List<String> notes) {
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
        end.reached(),
        end.last(),
        asOf,
        rpo,
        tables,
        storedBytes,
        started,
        Duration.between(started, now),
        notes);
  }

  /** What of the restored rows is not as the target asks, whatever they are restored into. */
  List<String> notExact() {
    List<String> notes = new ArrayList<>();
    for (BaseIndex.Table table : index().tables()) {
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
    for (BaseIndex.Excluded table : index().excluded()) {
      notes.add(
          "table " + table.schema() + "." + table.name() + " is not protected: " + table.reason());
    }
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
}
