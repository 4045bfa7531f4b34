/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.triggers;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.events.HealthEvent.Comparison;
import dev.holdfast.events.HealthEvent.ConditionStatus;
import dev.holdfast.events.HealthEvent.ObservedCondition;
import dev.holdfast.events.HealthEvent.ObservedTrigger;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A failover trigger and where it stands.
 *
 * @param conditions all have to hold, each for its own duration
 * @param scenario recovery procedure that it asks for
 * @param automated false: a person is asked, and nothing runs by itself
 * @param reason why it is as it is
 * @param incident of the outage that it has fired for
 * @param at when the monitor said so
 * @param goodUntil after that without a newer word, {@code status} is {@code silent}
 */
public record TriggerView(
    String source,
    String id,
    String name,
    String severity,
    List<String> components,
    List<ConditionView> conditions,
    String scenario,
    boolean automated,
    String reason,
    Status status,
    Optional<String> incident,
    Instant at,
    Instant goodUntil) {

  /** Where a trigger stands. */
  public enum Status {
    ARMED,
    PENDING,
    FIRED,
    UNKNOWN,
    NOT_MEASURED,
    /** The monitor tells nothing any more. */
    SILENT;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /**
   * @param durationSeconds how long it has to hold
   * @param value what the newest look gave; empty: nothing is known, or nobody looks
   * @param seenAt when that look ended
   * @param since the first look of the unbroken run that meets it
   * @param detail what {@code status} rests on
   */
  public record ConditionView(
      String metric,
      Comparison comparison,
      String threshold,
      long durationSeconds,
      ConditionStatus status,
      Optional<String> value,
      Optional<Instant> seenAt,
      Optional<Instant> since,
      String detail) {

    static ConditionView of(ObservedCondition it) {
      return new ConditionView(
          it.metric(),
          it.comparison(),
          it.threshold(),
          it.duration().toSeconds(),
          it.status(),
          it.value(),
          it.seenAt(),
          it.since(),
          it.detail());
    }
  }

  static List<TriggerView> of(TriggersObserved told, Instant now) {
    return told.triggers().stream().map(it -> of(it, told, now)).toList();
  }

  private static TriggerView of(ObservedTrigger it, TriggersObserved told, Instant now) {
    return new TriggerView(
        told.source().value(),
        it.id(),
        it.name(),
        it.severity(),
        it.components(),
        it.conditions().stream().map(ConditionView::of).toList(),
        it.scenario(),
        it.automated(),
        it.reason(),
        now.isAfter(told.goodUntil()) ? Status.SILENT : status(it),
        it.incident(),
        told.at(),
        told.goodUntil());
  }

  private static Status status(ObservedTrigger it) {
    return switch (it.status()) {
      case ARMED -> Status.ARMED;
      case PENDING -> Status.PENDING;
      case FIRED -> Status.FIRED;
      case UNKNOWN -> Status.UNKNOWN;
      case NOT_MEASURED -> Status.NOT_MEASURED;
    };
  }
}
