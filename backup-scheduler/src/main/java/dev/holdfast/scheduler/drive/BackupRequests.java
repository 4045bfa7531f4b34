/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.AuditEvent.OperationRecorded;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.Message;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.SourceId;
import dev.holdfast.outbox.Outbox;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.policy.Strategy;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.scheduler.run.Kind;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Begins backups that were asked for over Kafka. Nobody waits for an answer there: what cannot
 * begin ends as failed, so that who follows the backup sees an end, and is told to people with the
 * reason.
 */
@ApplicationScoped
class BackupRequests {

  private final Policy policy;
  private final Backups backups;
  private final Outbox outbox;
  private final InstantSource clock;

  BackupRequests(Policy policy, Backups backups, Outbox outbox, InstantSource clock) {
    this.policy = policy;
    this.backups = backups;
    this.outbox = outbox;
    this.clock = clock;
  }

  /** Runs in the caller's transaction. */
  Uni<Void> run(RunBackup command) {
    Optional<Strategy> strategy = policy.find(command.strategy());
    if (strategy.isEmpty()) {
      return refuse(
          command,
          List.of(),
          "the policy has no strategy '%s'".formatted(command.strategy()),
          "ask for one of GET /api/v1/strategies");
    }
    List<SourceId> sources = strategy.get().databases();
    Optional<String> obstacle = strategy.get().obstacle();
    if (obstacle.isPresent()) {
      return refuse(
          command,
          sources,
          "strategy '%s' cannot run yet: %s".formatted(command.strategy(), obstacle.get()),
          "ask for a strategy of databases");
    }
    BackupRun wanted =
        BackupRun.begin(
            new BackupRun.Request(
                command.backup(), Trigger.REQUEST, command.requestedBy(), Optional.empty()),
            command.strategy(),
            kind(command),
            sources,
            clock.instant());
    return backups
        .begin(wanted)
        .chain(begun -> begun.map(run -> begun(command, run)).orElseGet(BackupRequests::nothing));
  }

  private Uni<Void> begun(RunBackup command, BackupRun run) {
    if (run.state() == BackupRun.State.SKIPPED) {
      return refuse(
          command, run.sources(), run.detail().orElse(""), "wait until that one has ended");
    }
    return send(
        command,
        new OperationRecorded(
            command.requestedBy(),
            "backup-run",
            "backup/" + run.id(),
            "requested",
            "strategy %s, %s".formatted(run.strategy(), run.kind().wire()),
            clock.instant()));
  }

  private Uni<Void> refuse(RunBackup command, List<SourceId> sources, String why, String action) {
    Instant now = clock.instant();
    return send(
            command,
            new BackupFinished(
                command.backup(),
                command.strategy(),
                Outcome.FAILED,
                sources.stream()
                    .map(
                        source ->
                            new Component(source, ComponentOutcome.FAILED, 0, Optional.of(why)))
                    .toList(),
                command.requestedAt(),
                now,
                Duration.between(command.requestedAt(), now)))
        .chain(
            () ->
                send(
                    command,
                    new AlertRaised(
                        command.backup() + "/refused",
                        "medium",
                        "backup/" + command.backup(),
                        "a backup that was asked for did not begin: " + why,
                        action,
                        now)));
  }

  private Uni<Void> send(RunBackup command, Message message) {
    return outbox.add(message, Correlation.of(command.backup().value()));
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  private static Kind kind(RunBackup command) {
    return switch (command.kind()) {
      case RECOVERY_POINT -> Kind.RECOVERY_POINT;
      case BASE -> Kind.BASE;
      case PROOF -> Kind.PROOF;
    };
  }
}
