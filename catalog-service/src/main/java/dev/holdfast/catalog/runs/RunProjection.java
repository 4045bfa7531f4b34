/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import dev.holdfast.events.RecoveryCommand.ExecuteProcedure;
import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.events.RecoveryEvent.PrimaryPromoted;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.service.Problem;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * Keeps recovery runs as their events tell them. Events of one run may come in any order: each sets
 * what it alone knows, a step keeps the change with the highest sequence. Runs in the caller's
 * transaction.
 */
@ApplicationScoped
public class RunProjection {

  private static final String PROMOTION = "database_failure";

  /** Restores disturb nobody: any number of them may run on a source. */
  private static final String RESTORE = "restore";

  /**
   * A restore that the orchestrator is about to be asked for.
   *
   * @return false when it was asked for before: nothing changed
   */
  public Uni<Boolean> requested(RestoreOrdered command) {
    return requested(
        command.run(),
        RESTORE,
        command.order().source(),
        command.requestedBy(),
        command.requestedAt());
  }

  /**
   * A run of a procedure that the orchestrator is about to be asked for.
   *
   * @return false when it was asked for before: nothing changed
   */
  public Uni<Boolean> requested(ExecuteProcedure command) {
    return requested(
        command.run(),
        command.procedure(),
        command.source(),
        command.requestedBy(),
        command.requestedAt());
  }

  /** Fails when a run of a procedure, other than {@code run}, is not over yet on the source. */
  public Uni<Void> requireNoOther(RunId run, SourceId source) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createSelectionQuery(
                        "select r.id from RunRow r where r.source = :source and r.id <> :run"
                            + " and r.procedure <> :restore and r.status in (:open)"
                            + " order by r.startedAt",
                        String.class)
                    .setParameter("source", source.value())
                    .setParameter("run", run.value())
                    .setParameter("restore", RESTORE)
                    .setParameter("open", List.of(RunRow.REQUESTED, RunRow.RUNNING))
                    .setMaxResults(1)
                    .getSingleResultOrNull())
        .invoke(
            other -> {
              if (other != null) {
                throw Problem.conflict(
                        "run-active",
                        "Another run is at work",
                        "another run is at work on source '%s': %s".formatted(source, other))
                    .at("source")
                    .fix("wait for its end, or abort it");
              }
            })
        .replaceWithVoid();
  }

  private static Uni<Boolean> requested(
      RunId run, String procedure, SourceId source, String by, Instant at) {
    return Panache.getSession()
        .flatMap(
            session ->
                session
                    .createNativeQuery(
                        """
                        insert into recovery_run (id, procedure, source, requested_by, status, detail,
                          started_at)
                        values (:id, :procedure, :source, :by, :status, '', :at)
                        on conflict (id) do nothing
                        """)
                    .setParameter("id", run.value())
                    .setParameter("procedure", procedure)
                    .setParameter("source", source.value())
                    .setParameter("by", by)
                    .setParameter("status", RunRow.REQUESTED)
                    .setParameter("at", at)
                    .executeUpdate())
        .map(inserted -> inserted == 1);
  }

  /** A command that was refused, and sent again when nothing was in its way, begins its run. */
  public Uni<Void> started(RunStarted event) {
    return run(event.run().value(), event.procedure(), event.source(), event.startedAt())
        .invoke(
            row -> {
              row.procedure = event.procedure();
              row.incident = event.incident().orElse(null);
              row.requestedBy = event.requestedBy();
              row.startedAt = event.startedAt();
              boolean sentAgain =
                  row.finishedAt != null && event.startedAt().isAfter(row.finishedAt);
              if (row.status.equals(RunRow.REQUESTED) || sentAgain) {
                row.status = RunRow.RUNNING;
                row.detail = "";
                row.finishedAt = null;
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
