/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.outbox.Outbox;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.scheduler.store.RunStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Runs from their beginning to their end; every call joins the caller's transaction. */
@ApplicationScoped
public class Backups {

  private static final Logger LOG = Logger.getLogger(Backups.class);

  private final Policy policy;
  private final RunStore store;
  private final Outbox outbox;
  private final InstantSource clock;

  Backups(Policy policy, RunStore store, Outbox outbox, InstantSource clock) {
    this.policy = policy;
    this.store = store;
    this.outbox = outbox;
    this.clock = clock;
  }

  /**
   * Begins a run; one of the same kind that has not ended keeps it from beginning.
   *
   * @return as it is stored; empty when a run of that id was there before: nothing changed
   */
  public Uni<Optional<BackupRun>> begin(BackupRun wanted) {
    return store
        .running()
        .map(running -> standInTheWay(running, wanted))
        .chain(
            other -> {
              BackupRun run =
                  other.map(o -> wanted.skippedFor(o.id(), clock.instant())).orElse(wanted);
              return store
                  .add(run)
                  .chain(
                      added ->
                          added
                              ? announce(run).replaceWith(Optional.of(run))
                              : Uni.createFrom().item(Optional.empty()));
            });
  }

  private static Optional<BackupRun> standInTheWay(List<BackupRun> running, BackupRun wanted) {
    return running.stream().filter(run -> run.standsInTheWayOf(wanted)).findFirst();
  }

  private Uni<Void> announce(BackupRun run) {
    if (run.state() != BackupRun.State.RUNNING) {
      LOG.infof("backup %s is skipped: %s", run.id(), run.detail().orElse(""));
      return Uni.createFrom().voidItem();
    }
    Correlation correlation = Correlation.of(run.id().value());
    Uni<Void> sent = outbox.add(run.started(), correlation);
    for (BackupCommand command : protection(run)) {
      sent = sent.chain(() -> outbox.add(command, correlation));
    }
    for (BackupCommand command : run.commands()) {
      sent = sent.chain(() -> outbox.add(command, correlation));
    }
    return sent;
  }

  /** With every run, and before it: who was restarted since the last one hears it again. */
  private List<? extends BackupCommand> protection(BackupRun run) {
    return policy
        .find(run.strategy())
        .map(
            strategy ->
                run.sources().stream()
                    .map(source -> strategy.protection(run.id(), source, run.startedAt()))
                    .toList())
        .orElse(List.of());
  }

  /** Takes in a worker's answer; one to a run that has ended, or is not ours, changes nothing. */
  public Uni<Void> answered(BackupComponentFinished answer) {
    Component part =
        new Component(answer.source(), answer.outcome(), answer.bytes(), answer.error());
    return store
        .lock(answer.backup())
        .chain(
            run ->
                run.map(before -> change(before, before.with(part, clock.instant())))
                    .orElseGet(() -> Uni.createFrom().voidItem()));
  }

  /** Ends a run that nobody answered within {@code patience}. */
  Uni<Void> giveUp(BackupRun seen, Duration patience) {
    return store
        .lock(seen.id())
        .chain(
            run ->
                run.map(before -> change(before, before.givenUp(patience, clock.instant())))
                    .orElseGet(() -> Uni.createFrom().voidItem()));
  }

  private Uni<Void> change(BackupRun before, BackupRun after) {
    if (after.equals(before)) {
      return Uni.createFrom().voidItem();
    }
    return store
        .replace(after)
        .chain(
            () ->
                after
                    .finished()
                    .map(end -> outbox.add(end, Correlation.of(after.id().value())))
                    .orElseGet(() -> Uni.createFrom().voidItem()));
  }
}
