/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * A recovery objective.
 *
 * @param rpo seconds of data that may be lost
 * @param rto seconds until service is back
 * @param priority {@code p0} first
 * @param dependencies objectives or capabilities that it needs
 */
public record Objective(
    String id,
    String name,
    long rpo,
    long rto,
    List<String> components,
    String priority,
    List<String> dependencies) {

  public Objective {
    components = List.copyOf(components);
    dependencies = List.copyOf(dependencies);
  }

  /**
   * A dependency that is no objective itself.
   *
   * @param objective the objective that provides it, if one does
   */
  public record Capability(
      String id,
      String reason,
      @JsonProperty("provided-by") java.util.Optional<String> objective) {}
}
