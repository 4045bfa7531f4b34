/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.proof;

import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.events.RecoveryEvent.ProofCost;
import dev.holdfast.events.RecoveryEvent.TableOutcome;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What came of a proof, as it is stored and shown to who asks the recovery side. It names keys of
 * rows.
 *
 * @param narrows the proof whose difference this looked at closer
 * @param fullBecause why the sandbox was restored from a base; empty when it was taken on, or
 *     nothing was done
 * @param equal tables that hold the same
 * @param tables those that differ, first, and those that were not compared
 * @param readAt when the source was read
 */
public record ProofReport(
    String id,
    SourceId source,
    Optional<String> narrows,
    Position position,
    ContentOutcome outcome,
    String detail,
    Optional<String> fullBecause,
    int equal,
    List<TableReport> tables,
    ProofCost cost,
    Instant readAt,
    Instant finishedAt) {

  public ProofReport {
    tables = List.copyOf(tables);
  }

  /**
   * @param buckets in which of its buckets rows differ; empty when that was not looked at
   * @param rows which rows differ; for a proof that looks closer
   */
  public record TableReport(
      long oid,
      String schema,
      String name,
      TableOutcome outcome,
      Optional<Long> rowsInSource,
      Optional<Long> rowsInVault,
      String detail,
      Optional<Buckets> buckets,
      Optional<Rows> rows) {}

  /**
   * @param of how many the table has
   */
  public record Buckets(int of, List<Integer> differing) {}

  /**
   * Rows that differ; of each kind the first of them.
   *
   * @param first lowest key of all
   * @param last highest key of all
   * @param count of all
   */
  public record Rows(
      Optional<String> first,
      Optional<String> last,
      long count,
      List<String> changed,
      List<String> missingInVault,
      List<String> onlyInVault) {}
}
