/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What probes saw, keyed by component, and what triggers make of it. */
public sealed interface HealthEvent extends Message {

  enum Status {
    @JsonProperty("ok")
    OK,
    @JsonProperty("failed")
    FAILED,
    /** The probe gave no answer about the component, which is never healthy. */
    @JsonProperty("unknown")
    UNKNOWN
  }

  /**
   * The status of one probe of one component changed, or a minute passed since it was last said.
   *
   * @param component such as {@code supabase_primary}
   * @param probe such as {@code connect}, {@code write-canary}, {@code replication-lag}
   * @param value the measured value, its unit fixed by the probe (lag: bytes; latency:
   *     milliseconds)
   */
  @MessageType(value = "dev.holdfast.health.probe-observed.v1", topic = Topics.HEALTH_EVENTS)
  record ProbeObserved(
      String component,
      String probe,
      Status status,
      Optional<Double> value,
      String detail,
      Instant since,
      Instant at)
      implements HealthEvent {
    @Override
    public String key() {
      return component;
    }
  }

  /** How a condition compares what was seen with its threshold. */
  enum Comparison {
    @JsonProperty("equals")
    EQUALS,
    @JsonProperty("greater-than")
    GREATER_THAN,
    @JsonProperty("less-than")
    LESS_THAN
  }

  /** Whether a condition holds. */
  enum ConditionStatus {
    /** The newest value is known and does not meet it. */
    @JsonProperty("not-met")
    NOT_MET,
    /** Met, not yet for its whole duration. */
    @JsonProperty("met")
    MET,
    /** Met for its whole duration. */
    @JsonProperty("held")
    HELD,
    /** Nothing is known right now, which is never healthy. */
    @JsonProperty("unknown")
    UNKNOWN,
    /** No probe here measures the metric: it never becomes known. */
    @JsonProperty("not-measured")
    NOT_MEASURED
  }

  /** Where a trigger stands. */
  enum TriggerStatus {
    /** Its conditions are known not to hold: it is ready to fire. */
    @JsonProperty("armed")
    ARMED,
    /** They hold, and not long enough yet. */
    @JsonProperty("pending")
    PENDING,
    /** It has fired, and its conditions were not seen to hold no longer. */
    @JsonProperty("fired")
    FIRED,
    /** Nothing is known right now, which is never healthy. */
    @JsonProperty("unknown")
    UNKNOWN,
    /** No probe here measures one of its metrics: it can never fire. */
    @JsonProperty("not-measured")
    NOT_MEASURED
  }

  /**
   * A condition of a trigger, and what was seen of it.
   *
   * @param threshold what the value is compared with, a text or a number in the metric's own unit
   * @param duration how long it has to hold
   * @param value what the newest look gave; empty: nothing is known, or nobody looks
   * @param seenAt when that look ended
   * @param since the first look of the unbroken run that meets it up to now; from there to {@code
   *     seenAt} it has held
   * @param detail what {@code status} rests on, for people
   */
  record ObservedCondition(
      String metric,
      Comparison comparison,
      String threshold,
      Duration duration,
      ConditionStatus status,
      Optional<String> value,
      Optional<Instant> seenAt,
      Optional<Instant> since,
      String detail) {}

  /**
   * A failover trigger and where it stands.
   *
   * @param severity {@code critical}, {@code high} or {@code medium}
   * @param conditions all have to hold, each for its own duration
   * @param scenario recovery procedure to run
   * @param automated false: a person is asked, and nothing runs by itself
   * @param reason why it is as it is
   * @param incident of the outage that it has fired for
   */
  record ObservedTrigger(
      String id,
      String name,
      String severity,
      List<String> components,
      List<ObservedCondition> conditions,
      String scenario,
      boolean automated,
      String reason,
      TriggerStatus status,
      Optional<String> incident) {}

  /**
   * Every trigger that watches a source. Replaces what was told of them before, and is told again
   * all the time.
   *
   * @param goodUntil who has heard nothing newer by then hears nobody: nothing is known any more
   */
  @MessageType(value = "dev.holdfast.health.triggers-observed.v1", topic = Topics.HEALTH_EVENTS)
  record TriggersObserved(
      SourceId source, List<ObservedTrigger> triggers, Instant at, Instant goodUntil)
      implements HealthEvent {
    @Override
    public String key() {
      return "triggers/" + source;
    }
  }
}
