/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.verify.TableContent;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.restore.FilledTarget.Found;
import dev.holdfast.recovery.restore.FilledTarget.Marker;
import dev.holdfast.recovery.restore.RestorePreparation.Prepared;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations.Context;
import dev.holdfast.recovery.run.Outcome;
import dev.holdfast.recovery.run.RestoreOrder;
import dev.holdfast.recovery.store.RunJson;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/** Plans, fills and confirms the database that a restore was asked for. */
@ApplicationScoped
public class TargetOperations {

  private final RestorePreparation preparation;
  private final TargetCredentials credentials;
  private final RecoveryConfig config;
  private final InstantSource clock;

  /** A restore may fold changes in half of the heap: one at a time. */
  private final Semaphore memory = new Semaphore(1, true);

  TargetOperations(
      RestorePreparation preparation,
      TargetCredentials credentials,
      RecoveryConfig config,
      InstantSource clock) {
    this.preparation = preparation;
    this.credentials = credentials;
    this.config = config;
    this.clock = clock;
  }

  public Outcome plan(Context context) {
    return plan(context, order(context));
  }

  Outcome plan(Context context, RestoreOrder order) {
    Prepared prepared = preparation.prepare(context.run().source(), order.target(), order.region());
    TargetDatabase target = target(context, order);
    new RestoreEngine(clock).check(target);
    boolean created = FilledTarget.of(target).find() instanceof Found.Absent;
    return Outcome.done(
        prepared.plan().describe(),
        Facts.of(Fact.TARGET_CREATED, created)
            .with(Fact.RESTORE_INTO, order.into())
            .with(Fact.RESTORE_POINT, prepared.plan().end()));
  }

  public Outcome fill(Context context) throws InterruptedException {
    return fill(context, order(context));
  }

  Outcome fill(Context context, RestoreOrder order) throws InterruptedException {
    TargetDatabase target = target(context, order);
    FilledTarget found = FilledTarget.of(target);
    if (context.attempt() > 1) {
      Optional<Outcome> before = lookAtEarlierAttempt(context, found);
      if (before.isPresent()) {
        return before.get();
      }
    }
    Prepared prepared = preparation.prepare(context.run().source(), order.target(), order.region());
    memory.acquire();
    try {
      RestoreReport report =
          new RestoreEngine(clock)
              .restore(
                  prepared.vault(),
                  prepared.identity(),
                  prepared.plan(),
                  target,
                  RestoreOptions.defaults().withConnections(config.restoreConnections()),
                  new ThrottledProgress(context.progress()));
      return filled(report);
    } finally {
      memory.release();
    }
  }

  /** What a killed attempt of the same run left; empty when the target is as it was before. */
  private Optional<Outcome> lookAtEarlierAttempt(Context context, FilledTarget found) {
    return switch (found.find()) {
      case Found.Absent ignored -> Optional.empty();
      case Found.Unmarked ignored -> Optional.empty();
      case Found.Begun ignored -> clear(context, found);
      case Found.Marked(Marker marker) -> {
        if (!isOfThisRun(context, marker)) {
          yield Optional.of(
              new Outcome.Failed(
                  "the target "
                      + found.describe()
                      + " holds another restore, of source "
                      + marker.source()
                      + ", begun at "
                      + marker.startedAt()
                      + "; it was not touched"));
        }
        yield marker.complete()
            ? Optional.of(filled(reportOf(context, marker, found)))
            : clear(context, found);
      }
    };
  }

  private static boolean isOfThisRun(Context context, Marker marker) {
    return marker.source().equals(context.run().source().value())
        // The marker's time has microseconds.
        && !marker.startedAt().isBefore(context.run().startedAt().minusMillis(1));
  }

  private static Optional<Outcome> clear(Context context, FilledTarget found) {
    if (!context.facts().holds(Fact.TARGET_CREATED)) {
      return Optional.of(
          new Outcome.NeedsPerson(
              "the target "
                  + found.describe()
                  + " is half filled by an attempt that was killed. It existed before, so it is not"
                  + " dropped: empty it, then approve, and the restore begins again"));
    }
    found.drop();
    return Optional.empty();
  }

  /** The report of an attempt that was killed after it was done, from what it left. */
  private RestoreReport reportOf(Context context, Marker marker, FilledTarget found) {
    List<TableContent> tables = found.content(config.restoreConnections());
    Instant end = marker.completedAt().orElse(marker.startedAt());
    return new RestoreReport(
        context.run().source(),
        marker.base(),
        new Position(
            preparation
                .prepare(context.run().source(), order(context).target(), order(context).region())
                .plan()
                .base()
                .position()
                .systemId(),
            marker.timeline(),
            marker.reached()),
        marker.lastCommit(),
        marker.lastCommitTime().orElse(marker.startedAt()),
        Optional.empty(),
        tables,
        0,
        marker.startedAt(),
        Duration.between(marker.startedAt(), end),
        List.of("the orchestrator was killed as the restore ended: this report was read back"));
  }

  private static Outcome filled(RestoreReport report) {
    return new Outcome.Done(
        report.tables().size()
            + " tables with "
            + report.rows()
            + " rows, up to "
            + report.reached(),
        Facts.of(Fact.RESTORED_LSN, report.reached().lsn()),
        List.of(),
        Optional.of(RunJson.treeOf(report)));
  }

  public Outcome confirm(Context context) {
    return confirm(context, order(context));
  }

  Outcome confirm(Context context, RestoreOrder order) {
    FilledTarget found = FilledTarget.of(target(context, order));
    if (!(found.find() instanceof Found.Marked(Marker marker)) || !marker.complete()) {
      return new Outcome.Failed("the target " + found.describe() + " is not marked complete");
    }
    if (!isOfThisRun(context, marker)
        || !marker.reached().equals(context.facts().lsn(Fact.RESTORED_LSN).orElseThrow())) {
      return new Outcome.Failed(
          "the target " + found.describe() + " holds another restore, up to " + marker.reached());
    }
    Instant now = clock.instant();
    Facts facts = Facts.of(Fact.RESTORED, true);
    return Outcome.done(
        "the target is marked complete, up to " + marker.reached(),
        context.facts().text(Fact.VERIFIED_AT).isPresent()
            ? facts
            : facts.with(Fact.VERIFIED_AT, now));
  }

  private static RestoreOrder order(Context context) {
    return context
        .run()
        .restore()
        .orElseThrow(() -> new IllegalStateException("the run asks for no restore"));
  }

  private TargetDatabase target(Context context, RestoreOrder order) {
    return new TargetDatabase(
        DatabaseUrl.parse(order.into()), credentials.of(context.run().id(), order.credentials()));
  }
}
