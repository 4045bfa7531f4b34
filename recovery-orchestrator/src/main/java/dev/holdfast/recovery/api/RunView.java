/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.OperationRun;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.RunMetrics;
import dev.holdfast.recovery.run.StepRun;
import dev.holdfast.recovery.store.RunListing.Shown;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A run as people and programs see it.
 *
 * @param status {@code running}, {@code waiting-for-approval}, {@code completed} or {@code failed}
 * @param progress of a restore under way: {@code phase}, {@code bytesDone}, {@code bytesTotal}
 * @param report what a restore brought back
 * @param facts what the run has established, by name
 */
public record RunView(
    String run,
    String procedure,
    String source,
    Optional<String> incident,
    String requestedBy,
    String status,
    String detail,
    Instant startedAt,
    Optional<Instant> finishedAt,
    Optional<JsonNode> progress,
    List<Step> steps,
    Map<String, String> facts,
    Metrics metrics,
    Optional<JsonNode> report) {

  /** One step, with what was done in it. */
  public record Step(
      int step,
      String name,
      String status,
      String detail,
      Optional<Instant> startedAt,
      Optional<Instant> finishedAt,
      Optional<Duration> took,
      List<OperationView> operations) {}

  /**
   * @param attempts more than one after a crash or a question
   */
  public record OperationView(
      String operation,
      String status,
      int attempts,
      String detail,
      Optional<Instant> begunAt,
      Optional<Instant> endedAt) {}

  /** What the run achieved; each empty while unknown. */
  public record Metrics(
      Optional<Duration> rpoAchieved,
      Optional<Duration> rtoAchieved,
      Optional<Long> lostTransactions,
      String lossBasis) {}

  static RunView of(Shown shown) {
    Run run = shown.run();
    RunMetrics metrics = RunMetrics.of(run);
    Map<String, String> facts = new TreeMap<>();
    run.facts().values().forEach((fact, value) -> facts.put(wire(fact), value));
    return new RunView(
        run.id().value(),
        run.procedure().id(),
        run.source().value(),
        run.incident(),
        run.requestedBy(),
        run.state() == Run.State.WAITING ? "waiting-for-approval" : wire(run.state()),
        run.detail(),
        run.startedAt(),
        run.finishedAt(),
        run.state().isOver() ? Optional.empty() : shown.progress(),
        run.steps().stream().map(step -> step(run, step, metrics)).toList(),
        facts,
        new Metrics(
            metrics.achieved().rpoAchieved(),
            metrics.achieved().rtoAchieved(),
            metrics.achieved().lostTransactions(),
            metrics.lossBasis()),
        run.report());
  }

  private static Step step(Run run, StepRun step, RunMetrics metrics) {
    return new Step(
        step.step(),
        run.procedure().step(step.step()).name(),
        wire(step.state()),
        step.detail(),
        step.startedAt(),
        step.finishedAt(),
        metrics.steps().get(step.step() - 1),
        step.operations().stream().map(RunView::operation).toList());
  }

  private static OperationView operation(OperationRun operation) {
    return new OperationView(
        operation.operation().wire(),
        wire(operation.state()),
        operation.attempts(),
        operation.detail(),
        operation.begunAt(),
        operation.endedAt());
  }

  private static String wire(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Facts by their names in JSON. */
  static String wire(Fact fact) {
    return wire((Enum<?>) fact);
  }
}
