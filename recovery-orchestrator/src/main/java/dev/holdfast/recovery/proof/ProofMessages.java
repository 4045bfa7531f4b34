/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.proof;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.BackupCommand.NarrowProof;
import dev.holdfast.events.BackupCommand.TableBuckets;
import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.Message;
import dev.holdfast.events.RecoveryEvent.ContentCompared;
import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.events.RecoveryEvent.TableComparison;
import dev.holdfast.model.RunId;
import dev.holdfast.recovery.proof.ProofReport.TableReport;
import java.util.ArrayList;
import java.util.List;

/** What is told of a proof's end. Keys of rows stay behind: they are row data. */
final class ProofMessages {

  /** Tables that the event lists. */
  private static final int LISTED = 200;

  /** Buckets of a table whose rows are asked for. */
  private static final int BUCKETS = 64;

  private ProofMessages() {}

  /**
   * @param expected nothing was done because nothing is configured, which nobody has to be told
   */
  static List<Message> of(ContentHashed asked, ProofReport report, boolean expected) {
    List<Message> messages = new ArrayList<>();
    messages.add(compared(report));
    switch (report.outcome()) {
      case PROVEN -> {}
      case DIFFERS -> {
        messages.add(
            alert(
                report,
                "critical",
                "what the vault holds of source "
                    + report.source()
                    + " is not what the source held: "
                    + report.detail(),
                "see GET /api/v1/proofs/"
                    + report.id()
                    + " of the recovery orchestrator for the rows; take a new base (backup run"
                    + " --base) and report this"));
        List<TableBuckets> tables = toLookAt(report);
        if (report.narrows().isEmpty() && !tables.isEmpty()) {
          messages.add(
              new NarrowProof(
                  asked.backup(),
                  asked.strategy(),
                  asked.source(),
                  asked.proof(),
                  tables,
                  report.finishedAt()));
        }
      }
      case NOT_DONE -> {
        if (!expected) {
          messages.add(
              alert(
                  report,
                  "medium",
                  "that the vault holds what source "
                      + report.source()
                      + " held could not be proven: "
                      + report.detail(),
                  "the next proof tries again; see that what stands in its way is gone"));
        }
      }
    }
    return messages;
  }

  private static List<TableBuckets> toLookAt(ProofReport report) {
    List<TableBuckets> tables = new ArrayList<>();
    for (TableReport table : report.tables()) {
      table
          .buckets()
          .filter(it -> !it.differing().isEmpty())
          .ifPresent(
              it ->
                  tables.add(
                      new TableBuckets(
                          table.oid(), it.of(), it.differing().stream().limit(BUCKETS).toList())));
    }
    return tables;
  }

  private static AlertRaised alert(
      ProofReport report, String severity, String title, String action) {
    return new AlertRaised(
        report.id() + "/" + (report.outcome() == ContentOutcome.DIFFERS ? "differs" : "not-done"),
        severity,
        "source/" + report.source(),
        title,
        action,
        report.finishedAt());
  }

  private static ContentCompared compared(ProofReport report) {
    return new ContentCompared(
        new RunId(report.id()),
        report.source(),
        report.narrows(),
        report.position(),
        report.outcome(),
        report.detail(),
        report.fullBecause(),
        report.equal(),
        report.tables().stream()
            .limit(LISTED)
            .map(
                table ->
                    new TableComparison(
                        table.schema(),
                        table.name(),
                        table.outcome(),
                        table.rowsInSource(),
                        table.rowsInVault(),
                        table.detail()))
            .toList(),
        Math.max(0, report.tables().size() - LISTED),
        report.cost(),
        report.readAt(),
        report.finishedAt());
  }
}
