/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import static dev.holdfast.catalog.service.WrittenChain.MAIN;

import dev.holdfast.events.BackupEvent.DataKeyInUse;
import dev.holdfast.events.BackupEvent.KeyRecipient;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.PublishedRetention;
import dev.holdfast.events.BackupEvent.PublishedSchedule;
import dev.holdfast.events.BackupEvent.PublishedSource;
import dev.holdfast.events.BackupEvent.PublishedStrategy;
import dev.holdfast.events.BackupEvent.PublishedVerification;
import dev.holdfast.events.BackupEvent.RecipientKind;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import dev.holdfast.events.HealthEvent.Comparison;
import dev.holdfast.events.HealthEvent.ConditionStatus;
import dev.holdfast.events.HealthEvent.ObservedCondition;
import dev.holdfast.events.HealthEvent.ObservedTrigger;
import dev.holdfast.events.HealthEvent.TriggerStatus;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import dev.holdfast.events.ScheduleCommand.BackupKind;
import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What monitor, scheduler and worker tell again and again. */
final class ToldWords {

  private static final Duration MONTH = Duration.ofDays(30);

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

  static PolicyPublished policy(Optional<RefusedPolicy> refused, Instant at) {
    return new PolicyPublished(
        "/etc/holdfast/policy.yaml",
        at.minus(Duration.ofDays(3)),
        List.of(
            new PublishedStrategy(
                new StrategyId("database"),
                "Database Backup",
                "incremental",
                List.of(
                    new PublishedSchedule(
                        BackupKind.RECOVERY_POINT, "*/5 * * * *", Optional.of(at.plusSeconds(240))),
                    new PublishedSchedule(
                        BackupKind.BASE, "0 3 * * *", Optional.of(at.plus(Duration.ofHours(9))))),
                new PublishedRetention(24, 7, 4, 12),
                Optional.of(Duration.ofDays(35)),
                List.of(
                    new PublishedSource(
                        "supabase",
                        Optional.of(MAIN),
                        List.of(),
                        List.of("public", "auth"),
                        List.of("logs", "tmp_%"))),
                "aes-256-gcm",
                MONTH,
                new PublishedVerification(true, "daily", List.of("integrity", "consistency")),
                Optional.empty()),
            new PublishedStrategy(
                new StrategyId("configuration"),
                "System Configuration Backup",
                "full",
                List.of(
                    new PublishedSchedule(
                        BackupKind.RECOVERY_POINT, "7-9 2 * * *", Optional.empty())),
                new PublishedRetention(0, 30, 0, 0),
                Optional.empty(),
                List.of(
                    new PublishedSource(
                        "environment", Optional.empty(), List.of(), List.of("vercel"), List.of())),
                "aes-256-gcm",
                Duration.ofDays(90),
                new PublishedVerification(false, "monthly", List.of()),
                Optional.of("no worker backs up sources of type environment yet"))),
        refused,
        at,
        at.plus(Duration.ofMinutes(20)));
  }

  static DataKeyInUse key(String id, Optional<String> previous, String reason, Instant since) {
    Instant now = Instant.now();
    return new DataKeyInUse(
        MAIN,
        id,
        since,
        previous,
        reason,
        MONTH,
        List.of(
            new KeyRecipient(
                "00112233445566778899aabbccddeeff", RecipientKind.KEY_FILE, Optional.empty()),
            new KeyRecipient(
                "ffeeddccbbaa99887766554433221100",
                RecipientKind.KMS,
                Optional.of("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab"))),
        "8899aabbccddeeff0011223344556677",
        now,
        now.plus(Duration.ofMinutes(20)));
  }
}
