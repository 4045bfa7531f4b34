/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.procedures;

import dev.holdfast.catalog.runs.ProcedureRecord;
import dev.holdfast.events.RecoveryEvent.ProcedureStep;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import dev.holdfast.events.RecoveryEvent.PublishedProcedure;
import java.util.List;
import java.util.Optional;

/**
 * A procedure, and what its runs really took.
 *
 * @param scenario what has happened, such as {@code complete_database_outage}
 * @param estimatedSeconds how long it is expected to take, as declared; nobody has measured it
 * @param objective what its times are measured against
 * @param fullyAutomated no step waits for a person before it begins
 * @param runs how many there were, whatever became of them
 * @param lastCompleted empty when none has completed
 * @param predictedRto empty when no run has brought service back yet
 */
public record ProcedureView(
    String id,
    String name,
    String scenario,
    String severity,
    long estimatedSeconds,
    Optional<ObjectiveView> objective,
    boolean fullyAutomated,
    List<Step> steps,
    long runs,
    Optional<ProcedureRecord.Completed> lastCompleted,
    Optional<ProcedureRecord.Rto> predictedRto) {

  /**
   * @param critical when it fails, the run stops, unless a later step is its remedy
   * @param automated false: it waits for a person before it begins
   * @param remedyFor it runs only if that earlier step failed or found loss; empty: always
   * @param verification what is true once it is completed
   */
  public record Step(
      int step,
      String name,
      String description,
      boolean critical,
      boolean automated,
      Optional<Integer> remedyFor,
      List<String> actions,
      String verification) {

    static Step of(ProcedureStep it) {
      return new Step(
          it.step(),
          it.name(),
          it.description(),
          it.critical(),
          it.automated(),
          it.remedyFor(),
          it.actions(),
          it.verification());
    }
  }

  static ProcedureView of(PublishedProcedure it, ProceduresPublished told, ProcedureRecord record) {
    return new ProcedureView(
        it.id(),
        it.name(),
        it.scenario(),
        it.severity(),
        it.estimated().toSeconds(),
        told.objectives().stream()
            .filter(objective -> objective.id().equals(it.objective()))
            .findFirst()
            .map(ObjectiveView::of),
        it.fullyAutomated(),
        it.steps().stream().map(Step::of).toList(),
        record.runs(),
        record.lastCompleted(),
        record.predictedRto());
  }
}
