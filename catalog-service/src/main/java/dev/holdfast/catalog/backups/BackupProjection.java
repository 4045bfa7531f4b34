/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.backups;

import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.ScheduleCommand;
import dev.holdfast.events.ScheduleCommand.NamePosition;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import org.hibernate.reactive.mutiny.Mutiny.Session;

/**
 * Keeps backup runs as their events tell them. Events of one run may come in any order: each sets
 * what it alone knows, and a finished run never becomes a running one again. Runs in the caller's
 * transaction.
 */
@ApplicationScoped
public class BackupProjection {

  /**
   * A backup that the scheduler is about to be asked for.
   *
   * @return false when it was asked for before: nothing changed
   */
  Uni<Boolean> requested(RunBackup command) {
    return requested(command, command.strategy().value());
  }

  /** A restore point, likewise; under which strategy it is made, the scheduler says. */
  Uni<Boolean> requested(NamePosition command) {
    return requested(command, "restore-point");
  }

  private static Uni<Boolean> requested(ScheduleCommand command, String strategy) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into backup (id, strategy, started_by, requested_by, status, started_at)
                        values (:id, :strategy, 'request', :by, :status, :at)
                        on conflict (id) do nothing
                        """)
                    .setParameter("id", command.backup().value())
                    .setParameter("strategy", strategy)
                    .setParameter("by", command.requestedBy())
                    .setParameter("status", BackupRow.REQUESTED)
                    .setParameter("at", command.requestedAt())
                    .executeUpdate())
        .map(inserted -> inserted == 1);
  }

  public Uni<Void> started(BackupStarted event) {
    return backup(event.backup().value(), event.strategy(), event.startedAt())
        .invoke(
            row -> {
              row.strategy = event.strategy().value();
              row.startedBy = name(event.trigger());
              row.requestedBy = event.requestedBy();
              row.startedAt = event.startedAt();
              if (row.status.equals(BackupRow.REQUESTED)) {
                row.status = BackupRow.RUNNING;
              }
            })
        .chain(
            () ->
                each(
                    event.sources(),
                    source -> component(event.backup().value(), source, row -> {})));
  }

  public Uni<Void> componentFinished(BackupComponentFinished event) {
    return backup(event.backup().value(), event.strategy(), event.finishedAt())
        .chain(
            run ->
                component(
                    event.backup().value(),
                    event.source(),
                    row -> {
                      // How it counts is the run's word; an answer may come after it was given up.
                      if (!run.isOver()) {
                        row.status = name(event.outcome());
                        row.bytes = event.bytes();
                        row.error = event.error().orElse(null);
                      }
                      event
                          .through()
                          .ifPresent(
                              through -> {
                                row.systemId = through.systemId();
                                row.timeline = through.timeline();
                                row.through = through.lsn();
                              });
                      row.coveredAt = event.coveredAt().orElse(null);
                      row.finishedAt = event.finishedAt();
                    }));
  }

  public Uni<Void> finished(BackupFinished event) {
    return backup(event.backup().value(), event.strategy(), event.startedAt())
        .invoke(
            row -> {
              row.strategy = event.strategy().value();
              row.status = name(event.outcome());
              row.startedAt = event.startedAt();
              row.finishedAt = event.finishedAt();
              row.bytes = event.components().stream().mapToLong(Component::bytes).sum();
            })
        .chain(
            () ->
                each(
                    event.components(),
                    part ->
                        component(
                            event.backup().value(),
                            part.source(),
                            row -> {
                              row.status = name(part.outcome());
                              row.bytes = part.bytes();
                              row.error = part.error().orElse(null);
                            })));
  }

  private static Uni<BackupRow> backup(String id, StrategyId strategy, Instant startedAt) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .find(BackupRow.class, id)
                    .onItem()
                    .ifNull()
                    .switchTo(
                        () -> {
                          BackupRow row = new BackupRow();
                          row.id = id;
                          row.strategy = strategy.value();
                          row.startedAt = startedAt;
                          return saved(session, row);
                        }));
  }

  private static Uni<Void> component(String backup, SourceId source, Consumer<ComponentRow> set) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .find(ComponentRow.class, new ComponentKey(backup, source.value()))
                    .onItem()
                    .ifNull()
                    .switchTo(
                        () -> {
                          ComponentRow row = new ComponentRow();
                          row.backup = backup;
                          row.source = source.value();
                          return saved(session, row);
                        }))
        .invoke(set)
        .replaceWithVoid();
  }

  private static <T> Uni<T> saved(Session session, T row) {
    return session.persist(row).replaceWith(row);
  }

  /** One after the other: a session serves one statement at a time. */
  private static <T> Uni<Void> each(List<T> items, java.util.function.Function<T, Uni<Void>> work) {
    Uni<Void> done = Uni.createFrom().voidItem();
    for (T item : items) {
      done = done.chain(() -> work.apply(item));
    }
    return done;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
