/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The trigger table, read from YAML: {@code triggers.yaml} in this artifact is the default. */
public record TriggerTable(List<Trigger> triggers) {

  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .build();

  public TriggerTable {
    triggers = List.copyOf(triggers);
    Set<String> ids = new HashSet<>();
    for (Trigger trigger : triggers) {
      if (!ids.add(trigger.id())) {
        throw new IllegalArgumentException("trigger " + trigger.id() + " is in the table twice");
      }
    }
  }

  /** The table that is shipped. */
  public static TriggerTable shipped() {
    try (InputStream in = TriggerTable.class.getResourceAsStream("/triggers.yaml")) {
      if (in == null) {
        throw new IllegalStateException("triggers.yaml is not in the artifact");
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static TriggerTable parse(String yaml) {
    try {
      return YAML.readValue(yaml, Document.class).table();
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("trigger table: " + e.getOriginalMessage(), e);
    }
  }

  /** The table as text, a paragraph a row: the golden file that makes a changed rule a diff. */
  public String describe() {
    return triggers.stream()
        .map(
            t ->
                t.id()
                    + " ("
                    + t.name()
                    + ")\n  severity   "
                    + t.severity().wire()
                    + "\n  components "
                    + String.join(", ", t.components())
                    + "\n  when       "
                    + t.conditions().stream()
                        .map(Condition::toString)
                        .collect(Collectors.joining(" and "))
                    + "\n  then       "
                    + (t.automated() ? "run " : "ask a person to run ")
                    + t.scenario()
                    + "\n  because    "
                    + t.reason()
                    + "\n")
        .collect(Collectors.joining("\n"));
  }

  private record Document(List<Row> triggers) {
    TriggerTable table() {
      return new TriggerTable(triggers.stream().map(Row::trigger).toList());
    }
  }

  private record Row(
      String id,
      String name,
      Trigger.Severity severity,
      List<String> components,
      List<ConditionRow> conditions,
      @JsonProperty("recovery-scenario") String recoveryScenario,
      boolean automated,
      String reason) {
    Trigger trigger() {
      return new Trigger(
          id,
          name,
          severity,
          components,
          conditions.stream().map(ConditionRow::condition).toList(),
          recoveryScenario,
          automated,
          reason);
    }
  }

  /**
   * @param duration seconds
   */
  private record ConditionRow(String metric, Operator operator, JsonNode value, long duration) {
    Condition condition() {
      if (!value.isTextual() && !value.isNumber()) {
        throw new IllegalArgumentException(
            "condition on " + metric + ": value '" + value + "' must be a text or a number");
      }
      return new Condition(
          metric,
          operator,
          value.isNumber()
              ? new Reading.Number(value.asDouble())
              : new Reading.Text(value.asText()),
          Duration.ofSeconds(duration));
    }
  }
}
