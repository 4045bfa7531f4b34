/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import static dev.holdfast.catalog.service.WrittenChain.MAIN;

import dev.holdfast.events.HealthEvent.Comparison;
import dev.holdfast.events.HealthEvent.ConditionStatus;
import dev.holdfast.events.HealthEvent.ObservedCondition;
import dev.holdfast.events.HealthEvent.ObservedTrigger;
import dev.holdfast.events.HealthEvent.TriggerStatus;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a monitor tells again and again. */
final class ToldWords {

  private ToldWords() {}

  /** One that is armed, one half way to firing, and one that nobody measures. */
  static TriggersObserved triggers(Instant at, Instant goodUntil) {
    return new TriggersObserved(
        MAIN,
        List.of(
            trigger(
                "database_primary_failure",
                "Database Primary Failure",
                "critical",
                TriggerStatus.ARMED,
                condition(
                    "database_connection",
                    Comparison.EQUALS,
                    "failed",
                    ConditionStatus.NOT_MET,
                    Optional.of("ok"),
                    at)),
            trigger(
                "standby_behind",
                "Standby Behind",
                "high",
                TriggerStatus.PENDING,
                condition(
                    "replication_lag_bytes",
                    Comparison.GREATER_THAN,
                    "5000000",
                    ConditionStatus.MET,
                    Optional.of("7250000"),
                    at)),
            trigger(
                "regional_latency_spike",
                "Regional Latency Spike",
                "high",
                TriggerStatus.NOT_MEASURED,
                condition(
                    "api_latency_p95",
                    Comparison.GREATER_THAN,
                    "5000",
                    ConditionStatus.NOT_MEASURED,
                    Optional.empty(),
                    at))),
        at,
        goodUntil);
  }

  private static ObservedTrigger trigger(
      String id, String name, String severity, TriggerStatus status, ObservedCondition condition) {
    return new ObservedTrigger(
        id,
        name,
        severity,
        List.of("supabase_primary"),
        List.of(condition),
        "database_failure",
        severity.equals("critical"),
        "Everything else needs it.",
        status,
        Optional.empty());
  }

  private static ObservedCondition condition(
      String metric,
      Comparison comparison,
      String threshold,
      ConditionStatus status,
      Optional<String> value,
      Instant at) {
    return new ObservedCondition(
        metric,
        comparison,
        threshold,
        Duration.ofMinutes(2),
        status,
        value,
        value.map(seen -> at),
        status == ConditionStatus.MET ? Optional.of(at.minusSeconds(60)) : Optional.empty(),
        value.map(seen -> "seen " + seen).orElse("no probe for this metric configured: unknown"));
  }
}
