/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.scheduler.SchedulerConfig;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.scheduler.run.Firing;
import dev.holdfast.scheduler.run.Firing.Schedule;
import dev.holdfast.scheduler.run.Kind;
import dev.holdfast.scheduler.store.RunStore;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Looks at schedules and at answers that are overdue. */
@ApplicationScoped
class Clockwork {

  private static final Logger LOG = Logger.getLogger(Clockwork.class);

  private final List<Schedule> schedules;
  private final Backups backups;
  private final RunStore store;
  private final SchedulerConfig config;
  private final InstantSource clock;

  /** Schedules that never fired begin here: nothing is made up for that nobody had asked for. */
  private final Instant begun;

  Clockwork(
      Policy policy, Backups backups, RunStore store, SchedulerConfig config, InstantSource clock) {
    this.schedules =
        policy.strategies().stream().flatMap(each -> Firing.schedules(each).stream()).toList();
    this.backups = backups;
    this.store = store;
    this.config = config;
    this.clock = clock;
    this.begun = clock.instant();
  }

  @Scheduled(
      every = "{holdfast.scheduler.look-every}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> look() {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (Schedule schedule : schedules) {
      done = done.chain(() -> safely(() -> fire(schedule)));
    }
    return done.chain(() -> safely(this::giveUp));
  }

  private interface Work {
    Uni<Void> begin();
  }

  /** A database that is away for a while is asked again at the next look. */
  private static Uni<Void> safely(Work work) {
    return Panache.withTransaction(work::begin)
        .onFailure()
        .invoke(e -> LOG.warnf("schedules cannot be looked at, tried again: %s", e.getMessage()))
        .onFailure()
        .recoverWithNull();
  }

  private Uni<Void> fire(Schedule schedule) {
    Instant now = clock.instant();
    return store
        .lastDue(schedule.strategy().id(), schedule.kind())
        .chain(
            last -> {
              Optional<Firing> due = schedule.due(last.orElse(begun), now);
              return due.map(firing -> backups.begin(run(firing, now)).replaceWithVoid())
                  .orElseGet(() -> Uni.createFrom().voidItem());
            });
  }

  private static BackupRun run(Firing firing, Instant now) {
    return BackupRun.begin(
        new BackupRun.Request(
            firing.id(), Trigger.SCHEDULE, "backup-scheduler", Optional.of(firing.due())),
        firing.strategy().id(),
        firing.kind(),
        firing.strategy().databases(),
        now);
  }

  private Uni<Void> giveUp() {
    Instant now = clock.instant();
    return store
        .running()
        .chain(
            running -> {
              Uni<Void> done = Uni.createFrom().voidItem();
              for (BackupRun run : running) {
                Duration patience = patience(run.kind());
                if (run.startedAt().plus(patience).isBefore(now)) {
                  done = done.chain(() -> backups.giveUp(run, patience));
                }
              }
              return done;
            });
  }

  private Duration patience(Kind kind) {
    return switch (kind) {
      case RECOVERY_POINT, RESTORE_POINT -> config.recoveryPointWithin();
      case BASE -> config.baseWithin();
      case PROOF -> config.proofWithin();
    };
  }
}
