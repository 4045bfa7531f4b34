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
import dev.holdfast.events.ScheduleCommand;
import dev.holdfast.events.ScheduleCommand.NamePosition;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
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

  /** In the place of a strategy where none is concerned. */
  private static final StrategyId UNKNOWN = new StrategyId("restore-point");

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
          command.strategy(),
          List.of(),
          "the policy has no strategy '%s'".formatted(command.strategy()),
          "ask for one of GET /api/v1/strategies");
    }
    List<SourceId> sources = strategy.get().databases();
    Optional<String> obstacle = strategy.get().obstacle();
    if (obstacle.isPresent()) {
      return refuse(
          command,
          command.strategy(),
          sources,
          "strategy '%s' cannot run yet: %s".formatted(command.strategy(), obstacle.get()),
          "ask for a strategy of databases");
    }
    return begin(
        command,
        BackupRun.begin(
            request(command), command.strategy(), kind(command), sources, clock.instant()),
        "backup-run",
        "strategy %s, %s".formatted(command.strategy(), kind(command).wire()));
  }

  /** Runs in the caller's transaction. */
  Uni<Void> name(NamePosition command) {
    Optional<StrategyId> strategy = policy.strategyOf(command.source());
    if (strategy.isEmpty()) {
      return refuse(
          command,
          UNKNOWN,
          List.of(),
          "no strategy of the policy backs up a source '%s'".formatted(command.source()),
          "name one of the sources of GET /api/v1/strategies");
    }
    return begin(
        command,
        BackupRun.point(
            request(command), strategy.get(), command.source(), command.name(), clock.instant()),
        "restore-point",
        "'%s' of source %s".formatted(command.name(), command.source()));
  }

  private static BackupRun.Request request(ScheduleCommand command) {
    return new BackupRun.Request(
        command.backup(), Trigger.REQUEST, command.requestedBy(), Optional.empty());
  }

  private Uni<Void> begin(
      ScheduleCommand command, BackupRun wanted, String operation, String detail) {
    return backups
        .begin(wanted)
        .chain(
            begun ->
                begun
                    .map(run -> begun(command, run, operation, detail))
                    .orElseGet(BackupRequests::nothing));
  }

  private Uni<Void> begun(ScheduleCommand command, BackupRun run, String operation, String detail) {
    if (run.state() == BackupRun.State.SKIPPED) {
      return refuse(
          command,
          run.strategy(),
          run.sources(),
          run.detail().orElse(""),
          "wait until that one has ended");
    }
    return send(
        command,
        new OperationRecorded(
            command.requestedBy(),
            operation,
            "backup/" + run.id(),
            "requested",
            detail,
            clock.instant()));
  }

  private Uni<Void> refuse(
      ScheduleCommand command,
      StrategyId strategy,
      List<SourceId> sources,
      String why,
      String action) {
    Instant now = clock.instant();
    return send(
            command,
            new BackupFinished(
                command.backup(),
                strategy,
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

  private Uni<Void> send(ScheduleCommand command, Message message) {
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
