/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A line of a step.
 *
 * @param text for people
 * @param operations what is done for it, in this order
 */
public record Action(String text, @JsonProperty("do") List<OperationId> operations) {

  public Action {
    operations = List.copyOf(operations);
    if (operations.isEmpty()) {
      throw new IllegalArgumentException("action '" + text + "' does nothing");
    }
  }
}
