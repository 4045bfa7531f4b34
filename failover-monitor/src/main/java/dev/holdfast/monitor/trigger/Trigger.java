/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import java.util.List;

/**
 * A row of the trigger table.
 *
 * @param components what it is about
 * @param conditions all have to hold, each for its own duration
 * @param scenario recovery procedure to run
 * @param automated false: a person is asked and nothing runs by itself
 * @param reason why the row is as it is
 */
public record Trigger(
    String id,
    String name,
    Severity severity,
    List<String> components,
    List<Condition> conditions,
    String scenario,
    boolean automated,
    String reason) {

  /** How bad it is. */
  public enum Severity {
    @JsonProperty("critical")
    CRITICAL,
    @JsonProperty("high")
    HIGH,
    @JsonProperty("medium")
    MEDIUM;

    /** As events carry it. */
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  public Trigger {
    components = List.copyOf(components);
    conditions = List.copyOf(conditions);
    if (!id.matches("[a-z0-9][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException(
          "trigger id '" + id + "' must be 1 to 63 of a-z, 0-9 and '_'");
    }
    if (conditions.isEmpty()) {
      throw new IllegalArgumentException("trigger " + id + ": needs at least one condition");
    }
    if (reason.isBlank()) {
      throw new IllegalArgumentException("trigger " + id + ": needs a reason");
    }
  }

  /** The same with every condition lasting {@code duration}. */
  public Trigger lasting(Duration duration) {
    return new Trigger(
        id,
        name,
        severity,
        components,
        conditions.stream().map(c -> c.lasting(duration)).toList(),
        scenario,
        automated,
        reason);
  }
}
