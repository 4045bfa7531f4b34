/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.recovery.procedure.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where one step of a run stands. */
public record StepRun(
    int step,
    State state,
    String detail,
    List<OperationRun> operations,
    List<Approval> approvals,
    Optional<Instant> startedAt,
    Optional<Instant> finishedAt) {

  /** The states; those that events carry have the same wire names there. */
  public enum State {
    @JsonProperty("pending")
    PENDING,
    @JsonProperty("running")
    RUNNING,
    @JsonProperty("waiting-for-approval")
    WAITING_FOR_APPROVAL,
    @JsonProperty("completed")
    COMPLETED,
    @JsonProperty("skipped")
    SKIPPED,
    @JsonProperty("failed")
    FAILED
  }

  public StepRun {
    operations = List.copyOf(operations);
    approvals = List.copyOf(approvals);
  }

  static StepRun pending(Step step) {
    return new StepRun(
        step.step(),
        State.PENDING,
        "",
        step.operations().stream().map(OperationRun::pending).toList(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  StepRun to(State next, String why) {
    return new StepRun(step, next, why, operations, approvals, startedAt, finishedAt);
  }

  StepRun started(Instant now) {
    return new StepRun(
        step,
        state,
        detail,
        operations,
        approvals,
        startedAt.or(() -> Optional.of(now)),
        finishedAt);
  }

  StepRun finished(Instant now) {
    return new StepRun(step, state, detail, operations, approvals, startedAt, Optional.of(now));
  }

  StepRun with(int index, OperationRun operation) {
    List<OperationRun> all = new ArrayList<>(operations);
    all.set(index, operation);
    return new StepRun(step, state, detail, all, approvals, startedAt, finishedAt);
  }

  StepRun with(Approval approval) {
    List<Approval> all = new ArrayList<>(approvals);
    all.add(approval);
    return new StepRun(step, state, detail, operations, all, startedAt, finishedAt);
  }

  /** The last answer to what {@code operation} asked. */
  Optional<Approval> approvalOf(int operation) {
    return approvals.stream().filter(a -> a.operation() == operation).reduce((a, b) -> b);
  }

  /** Index of the first operation that is not done; empty when all are. */
  Optional<Integer> nextOperation() {
    for (int i = 0; i < operations.size(); i++) {
      if (operations.get(i).state() != OperationRun.State.DONE) {
        return Optional.of(i);
      }
    }
    return Optional.empty();
  }
}
