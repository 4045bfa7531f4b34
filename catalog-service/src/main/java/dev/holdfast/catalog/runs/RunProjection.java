/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.events.RecoveryEvent.PrimaryPromoted;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.model.SourceId;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/**
 * Keeps recovery runs as their events tell them. Events of one run may come in any order: each sets
 * what it alone knows, a step keeps the change with the highest sequence. Runs in the caller's
 * transaction.
 */
@ApplicationScoped
public class RunProjection {

  private static final String PROMOTION = "database_failure";

  /**
   * A restore that the orchestrator is about to be asked for.
   *
   * @return false when it was asked for before: nothing changed
   */
  public Uni<Boolean> requested(RestoreOrdered command) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into recovery_run (id, procedure, source, requested_by, status, detail,
                          started_at)
                        values (:id, 'restore', :source, :by, :status, '', :at)
                        on conflict (id) do nothing
                        """)
                    .setParameter("id", command.run().value())
                    .setParameter("source", command.order().source().value())
                    .setParameter("by", command.requestedBy())
                    .setParameter("status", RunRow.REQUESTED)
                    .setParameter("at", command.requestedAt())
                    .executeUpdate())
        .map(inserted -> inserted == 1);
  }

  public Uni<Void> started(RunStarted event) {
    return run(event.run().value(), event.procedure(), event.source(), event.startedAt())
        .invoke(
            row -> {
              row.procedure = event.procedure();
              row.incident = event.incident().orElse(null);
              row.requestedBy = event.requestedBy();
              row.startedAt = event.startedAt();
              if (row.status.equals(RunRow.REQUESTED)) {
                row.status = RunRow.RUNNING;
              }
            })
        .replaceWithVoid();
  }

  public Uni<Void> stepChanged(StepChanged event) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .find(StepRow.class, new StepKey(event.run().value(), event.step()))
                    .onItem()
                    .ifNull()
                    .switchTo(
                        () -> {
                          StepRow row = new StepRow();
                          row.run = event.run().value();
                          row.step = event.step();
                          row.startedAt = event.at();
                          fill(row, event);
                          return session.persist(row).replaceWith(row);
                        }))
        .invoke(
            row -> {
              if (event.at().isBefore(row.startedAt)) {
                row.startedAt = event.at();
              }
              if (event.sequence() > row.sequence) {
                fill(row, event);
              }
            })
        .replaceWithVoid();
  }

  public Uni<Void> promoted(PrimaryPromoted event) {
    return run(event.run().value(), PROMOTION, event.source(), event.promotedAt())
        .invoke(
            row -> {
              row.promotedHost = event.host();
              row.promotedPort = event.port();
              row.promotedTimeline = event.timeline();
              row.promotedFork = event.fork();
              row.promotedAt = event.promotedAt();
            })
        .replaceWithVoid();
  }

  public Uni<Void> finished(RunFinished event) {
    return run(event.run().value(), event.procedure(), event.source(), event.startedAt())
        .invoke(
            row -> {
              row.procedure = event.procedure();
              row.startedAt = event.startedAt();
              row.status = event.status().name().toLowerCase(Locale.ROOT);
              row.detail = event.detail();
              row.finishedAt = event.finishedAt();
              row.rpoAchieved = event.metrics().rpoAchieved().map(Duration::toMillis).orElse(null);
              row.rtoAchieved = event.metrics().rtoAchieved().map(Duration::toMillis).orElse(null);
              row.lostTransactions = event.metrics().lostTransactions().orElse(null);
            })
        .replaceWithVoid();
  }

  private static void fill(StepRow row, StepChanged event) {
    row.name = event.name();
    row.status = event.status().name().toLowerCase(Locale.ROOT).replace('_', '-');
    row.detail = event.detail();
    row.sequence = event.sequence();
    row.changedAt = event.at();
  }

  private static Uni<RunRow> run(String id, String procedure, SourceId source, Instant startedAt) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .find(RunRow.class, id)
                    .onItem()
                    .ifNull()
                    .switchTo(
                        () -> {
                          RunRow row = new RunRow();
                          row.id = id;
                          row.procedure = procedure;
                          row.source = source.value();
                          row.startedAt = startedAt;
                          return session.persist(row).replaceWith(row);
                        }));
  }
}
