/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.proof;

import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.events.RecoveryEvent.ProofCost;
import dev.holdfast.events.RecoveryEvent.TableOutcome;
import dev.holdfast.postgres.proof.ContentComparison;
import dev.holdfast.postgres.proof.ContentComparison.Result;
import dev.holdfast.postgres.proof.ContentComparison.TableResult;
import dev.holdfast.postgres.proof.ContentRecord;
import dev.holdfast.postgres.proof.RowDifferences;
import dev.holdfast.postgres.proof.SandboxLook;
import dev.holdfast.postgres.restore.Sandbox;
import dev.holdfast.postgres.verify.KeyBuckets;
import dev.holdfast.recovery.proof.ProofReport.Buckets;
import dev.holdfast.recovery.proof.ProofReport.Rows;
import dev.holdfast.recovery.proof.ProofReport.TableReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Turns a comparison into a report, and looks closer at the first tables that differ. */
final class ProofFindings {

  /** Tables that are looked at closer. */
  private static final int TABLES = 5;

  /** Keys of each kind that are named. */
  private static final int KEYS = 100;

  private final ContentHashed asked;
  private final SandboxLook look;

  ProofFindings(ContentHashed asked, SandboxLook look) {
    this.asked = asked;
    this.look = look;
  }

  ProofReport report(
      ContentComparison comparison, Sandbox.Held held, Duration sandboxTook, Instant now) {
    List<TableReport> tables = new ArrayList<>();
    for (TableResult table : comparison.tables()) {
      switch (table.result()) {
        case DIFFERS -> tables.add(tables.size() < TABLES ? closer(table) : differs(table));
        case NOT_COMPARED -> tables.add(report(table, TableOutcome.NOT_COMPARED));
        case EQUAL -> {}
      }
    }
    int differing = comparison.count(Result.DIFFERS);
    int equal = comparison.count(Result.EQUAL);
    return new ProofReport(
        asked.proof(),
        asked.source(),
        asked.narrows(),
        held.reached(),
        differing == 0 ? ContentOutcome.PROVEN : ContentOutcome.DIFFERS,
        differing == 0 ? equal + " tables hold the same" : differing(comparison),
        held.fullBecause(),
        equal,
        tables,
        new ProofCost(
            asked.took(),
            asked.rows(),
            asked.bytes(),
            sandboxTook,
            held.changes(),
            held.storedBytes()),
        asked.at(),
        now);
  }

  private static String differing(ContentComparison comparison) {
    TableResult first = comparison.differing().getFirst();
    int others = comparison.differing().size() - 1;
    return "table "
        + first.schema()
        + "."
        + first.name()
        + (others == 0 ? "" : " and " + others + " more")
        + (others == 0 ? " differs: " : " differ: ")
        + first.detail();
  }

  private static TableReport report(TableResult table, TableOutcome outcome) {
    return report(table, outcome, table.detail(), Optional.empty(), Optional.empty());
  }

  private static TableReport differs(TableResult table) {
    return report(table, TableOutcome.DIFFERS);
  }

  private static TableReport report(
      TableResult table,
      TableOutcome outcome,
      String detail,
      Optional<Buckets> buckets,
      Optional<Rows> rows) {
    return new TableReport(
        table.inSource().map(ContentRecord.Table::oid).orElse(0L),
        table.schema(),
        table.name(),
        outcome,
        table.inSource().map(ContentRecord.Table::rows),
        table.rowsInVault(),
        detail,
        buckets,
        rows);
  }

  private TableReport closer(TableResult table) {
    if (table.inSource().isEmpty() || table.rowsInVault().isEmpty()) {
      return differs(table);
    }
    ContentRecord.Table source = table.inSource().get();
    if (source.listed().isPresent()) {
      RowDifferences found = look.differingRows(source, source.listed().get());
      return report(
          table,
          TableOutcome.DIFFERS,
          table.detail() + "; " + found.count() + " rows were found to differ",
          Optional.of(new Buckets(source.listed().get().of(), source.listed().get().buckets())),
          Optional.of(rows(found)));
    }
    int of = KeyBuckets.count(source.buckets());
    List<Integer> buckets = look.differingBuckets(source);
    return report(
        table,
        TableOutcome.DIFFERS,
        table.detail() + "; in " + buckets.size() + " of " + of + " buckets of rows",
        Optional.of(new Buckets(of, buckets)),
        Optional.empty());
  }

  private static Rows rows(RowDifferences found) {
    List<String> keys = new ArrayList<>(found.changed());
    keys.addAll(found.missing());
    keys.addAll(found.extra());
    List<String> sorted = RowDifferences.sorted(keys);
    return new Rows(
        sorted.stream().findFirst(),
        sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.getLast()),
        found.count(),
        found.changed().stream().limit(KEYS).toList(),
        found.missing().stream().limit(KEYS).toList(),
        found.extra().stream().limit(KEYS).toList());
  }
}
