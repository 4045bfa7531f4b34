/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;

/**
 * A recovery procedure: data, not code.
 *
 * @param scenario what has happened, such as {@code complete_database_outage}
 * @param severity {@code critical}, {@code high} or {@code medium}
 * @param estimatedSeconds how long it is expected to take
 * @param objective id of the objective that its times are measured against
 */
public record Procedure(
    String id,
    String name,
    String scenario,
    String severity,
    @JsonProperty("estimated-duration") long estimatedSeconds,
    String objective,
    List<Step> steps) {

  public Procedure {
    steps = List.copyOf(steps);
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i).step() != i + 1) {
        throw new IllegalArgumentException(
            "procedure " + id + ": steps must be numbered from 1 without gaps");
      }
    }
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("procedure " + id + " has no steps");
    }
  }

  @JsonIgnore
  public Duration estimated() {
    return Duration.ofSeconds(estimatedSeconds);
  }

  /** No step waits for a person before it begins. */
  @JsonIgnore
  public boolean fullyAutomated() {
    return steps.stream().allMatch(Step::automated);
  }

  public Step step(int number) {
    return steps.get(number - 1);
  }

  /** Whether a later step is there for the case that {@code number} fails. */
  public boolean hasRemedyFor(int number) {
    return steps.stream().anyMatch(s -> s.remedyFor().filter(n -> n == number).isPresent());
  }
}
