/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.recovery.procedure.OperationId;
import java.time.Instant;
import java.util.Optional;

/**
 * One operation of a step.
 *
 * @param attempts how often it was intended; more than once after a crash or a question
 */
public record OperationRun(
    OperationId operation,
    State state,
    int attempts,
    String detail,
    Optional<Instant> begunAt,
    Optional<Instant> endedAt) {

  /** An intent is stored before the operation acts, an outcome after. */
  public enum State {
    @JsonProperty("pending")
    PENDING,
    @JsonProperty("intended")
    INTENDED,
    @JsonProperty("done")
    DONE,
    @JsonProperty("failed")
    FAILED
  }

  static OperationRun pending(OperationId operation) {
    return new OperationRun(operation, State.PENDING, 0, "", Optional.empty(), Optional.empty());
  }

  OperationRun intended(Instant now) {
    return new OperationRun(
        operation,
        State.INTENDED,
        attempts + 1,
        detail,
        begunAt.or(() -> Optional.of(now)),
        endedAt);
  }

  OperationRun asking(String question) {
    return new OperationRun(operation, State.INTENDED, attempts, question, begunAt, endedAt);
  }

  OperationRun done(String result, Instant now) {
    return new OperationRun(operation, State.DONE, attempts, result, begunAt, Optional.of(now));
  }

  OperationRun failed(String reason, Instant now) {
    return new OperationRun(operation, State.FAILED, attempts, reason, begunAt, Optional.of(now));
  }
}
