/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Optional;

/**
 * One step of a procedure.
 *
 * @param step number, from 1
 * @param critical when it fails, the run stops, unless a later step is its remedy
 * @param automated false: waits for a person's approval before it begins
 * @param remedyFor the step runs only if that earlier step failed or its verification found loss;
 *     empty: always
 * @param verification what is true once it is completed
 */
public record Step(
    int step,
    String name,
    String description,
    boolean critical,
    boolean automated,
    @JsonProperty("remedy-for") Optional<Integer> remedyFor,
    List<Action> actions,
    String verification) {

  public Step {
    actions = List.copyOf(actions);
    if (remedyFor.isPresent() && remedyFor.get() >= step) {
      throw new IllegalArgumentException(
          "step " + step + " cannot be the remedy for step " + remedyFor.get());
    }
  }

  /** Every operation in order. */
  public List<OperationId> operations() {
    return actions.stream().flatMap(action -> action.operations().stream()).toList();
  }
}
