/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.procedure.Procedure;
import dev.holdfast.recovery.procedure.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One run of a procedure. Immutable; {@link Transitions} makes the next state.
 *
 * @param procedure as it was when the run began: an upgrade does not change a run under way
 * @param incident the outage that began it; at most one run each
 * @param failingSince first sign of the failure; empty when nobody reported one
 * @param restore what to restore; empty for other procedures
 * @param sequence number of the last step change
 */
public record Run(
    RunId id,
    Procedure procedure,
    SourceId source,
    Optional<String> incident,
    Optional<Instant> failingSince,
    Optional<RestoreOrder> restore,
    String requestedBy,
    State state,
    String detail,
    List<StepRun> steps,
    Facts facts,
    Optional<JsonNode> report,
    long sequence,
    Instant startedAt,
    Optional<Instant> finishedAt) {

  /** Where a run stands. */
  public enum State {
    @JsonProperty("running")
    RUNNING,
    /** A person has to answer. */
    @JsonProperty("waiting-for-approval")
    WAITING,
    @JsonProperty("completed")
    COMPLETED,
    @JsonProperty("failed")
    FAILED;

    public boolean isOver() {
      return this == COMPLETED || this == FAILED;
    }
  }

  public Run {
    steps = List.copyOf(steps);
    // Stored JSON says null where there is none.
    report = report.filter(node -> !node.isNull());
  }

  /** What to do next. */
  public Next next() {
    if (state.isOver()) {
      return new Next.Nothing();
    }
    for (Step step : procedure.steps()) {
      StepRun now = step(step.step());
      switch (now.state()) {
        case COMPLETED, SKIPPED -> {}
        case FAILED -> {
          if (step.critical() && !mayBeRemedied(step)) {
            return new Next.Finish(false, "step " + step.step() + " failed: " + now.detail());
          }
        }
        case WAITING_FOR_APPROVAL -> {
          return new Next.Wait(step.step());
        }
        case RUNNING -> {
          return now.nextOperation()
              .<Next>map(operation -> new Next.Act(step.step(), operation))
              .orElseGet(() -> new Next.Complete(step.step()));
        }
        case PENDING -> {
          return toBegin(step);
        }
      }
    }
    return new Next.Finish(true, "every step is completed or was not needed");
  }

  private Next toBegin(Step step) {
    if (step.remedyFor().isPresent()) {
      int other = step.remedyFor().get();
      if (step(other).state() != StepRun.State.FAILED && !facts.holds(Fact.LOSS_FOUND)) {
        return new Next.Skip(step.step(), "not needed");
      }
    } else {
      // A critical step failed and its remedy comes later: nothing in between may rest on it.
      for (Step earlier : procedure.steps().subList(0, step.step() - 1)) {
        if (earlier.critical()
            && step(earlier.step()).state() == StepRun.State.FAILED
            && !isRemedied(earlier)) {
          return new Next.Skip(step.step(), "step " + earlier.step() + " failed");
        }
      }
    }
    return step.automated() ? new Next.Begin(step.step()) : new Next.Ask(step.step());
  }

  private boolean isRemedied(Step failed) {
    return remediesOf(failed).anyMatch(s -> step(s.step()).state() == StepRun.State.COMPLETED);
  }

  private boolean mayBeRemedied(Step failed) {
    return remediesOf(failed)
        .map(s -> step(s.step()).state())
        .anyMatch(s -> s != StepRun.State.FAILED && s != StepRun.State.SKIPPED);
  }

  private java.util.stream.Stream<Step> remediesOf(Step failed) {
    return procedure.steps().stream()
        .filter(s -> s.remedyFor().filter(n -> n == failed.step()).isPresent());
  }

  public StepRun step(int number) {
    if (number < 1 || number > steps.size()) {
      throw new IllegalArgumentException(
          "run " + id + " has no step " + number + "; its steps are 1 to " + steps.size());
    }
    return steps.get(number - 1);
  }

  /** The step that waits for a person. */
  @JsonIgnore
  public Optional<StepRun> waiting() {
    return steps.stream().filter(s -> s.state() == StepRun.State.WAITING_FOR_APPROVAL).findFirst();
  }

  Run with(StepRun changed) {
    List<StepRun> all = new ArrayList<>(steps);
    all.set(changed.step() - 1, changed);
    return withSteps(all);
  }

  Run withSteps(List<StepRun> all) {
    return new Run(
        id,
        procedure,
        source,
        incident,
        failingSince,
        restore,
        requestedBy,
        state,
        detail,
        all,
        facts,
        report,
        sequence,
        startedAt,
        finishedAt);
  }

  Run with(Facts more) {
    return new Run(
        id,
        procedure,
        source,
        incident,
        failingSince,
        restore,
        requestedBy,
        state,
        detail,
        steps,
        facts.with(more),
        report,
        sequence,
        startedAt,
        finishedAt);
  }

  Run withReport(Optional<JsonNode> newer) {
    return new Run(
        id,
        procedure,
        source,
        incident,
        failingSince,
        restore,
        requestedBy,
        state,
        detail,
        steps,
        facts,
        newer.or(() -> report),
        sequence,
        startedAt,
        finishedAt);
  }

  Run numbered(long last) {
    return new Run(
        id,
        procedure,
        source,
        incident,
        failingSince,
        restore,
        requestedBy,
        state,
        detail,
        steps,
        facts,
        report,
        last,
        startedAt,
        finishedAt);
  }

  Run to(State newer, String why) {
    return new Run(
        id,
        procedure,
        source,
        incident,
        failingSince,
        restore,
        requestedBy,
        newer,
        why,
        steps,
        facts,
        report,
        sequence,
        startedAt,
        finishedAt);
  }

  Run finished(Instant now) {
    return new Run(
        id,
        procedure,
        source,
        incident,
        failingSince,
        restore,
        requestedBy,
        state,
        detail,
        steps,
        facts,
        report,
        sequence,
        startedAt,
        Optional.of(now));
  }
}
