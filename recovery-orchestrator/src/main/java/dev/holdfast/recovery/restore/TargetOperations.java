/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.BesideTarget;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.Selection;
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
    preparation.requireConfirmed(order);
    TargetDatabase target = target(context, order);
    Reachable plan;
    try (Prepared prepared = preparation.prepare(context.run().source(), order, Facts.NONE)) {
      preparation.requireTarget(prepared, order, target);
      plan = prepared.plan();
    }
    boolean created = FilledTarget.of(target).find() instanceof Found.Absent;
    Facts facts =
        Facts.of(Fact.TARGET_CREATED, created)
            .with(Fact.RESTORE_INTO, order.into())
            .with(Fact.RESTORE_POINT, plan.end())
            .with(Fact.STORED_BYTES, plan.storedBytes())
            .with(found(order, plan.target()));
    if (order.scope().beside().isPresent()) {
      facts = facts.with(Fact.RESTORE_BESIDE, order.scope().beside().get());
    }
    return Outcome.done(plan.describe(), facts);
  }

  /** Where the order's transactions are in the log: they are looked for once. */
  private static Facts found(RestoreOrder order, RestoreTarget target) {
    Facts facts =
        target instanceof RestoreTarget.Without(var _, var transaction)
            ? Facts.of(Fact.EXCEPT_RECORD, transaction.record())
            : Facts.NONE;
    return order.transaction().isPresent()
            && target.moment() instanceof RestoreTarget.AtLsn(Lsn lsn)
        ? facts.with(Fact.TRANSACTION_LSN, lsn)
        : facts;
  }

  public Outcome fill(Context context) throws InterruptedException {
    return fill(context, order(context));
  }

  Outcome fill(Context context, RestoreOrder order) throws InterruptedException {
    TargetDatabase target = target(context, order);
    Optional<BesideTarget> beside = beside(context, order, target);
    RestoreEngine engine = new RestoreEngine(clock);
    boolean again = context.attempt() > 1;
    if (again) {
      Optional<Outcome> before =
          beside.isPresent()
              ? engine.resumeBeside(beside.get()).map(TargetOperations::filled)
              : lookAtEarlierAttempt(context, order, target);
      if (before.isPresent()) {
        return before.get();
      }
    }
    RestoreOptions options =
        RestoreOptions.defaults()
            .withConnections(config.restoreConnections())
            .only(selection(order));
    if (again) {
      options = options.goingOn();
    }
    ThrottledProgress progress = new ThrottledProgress(context.progress());
    memory.acquire();
    try (Prepared prepared =
        again ? prepareAgain(context, order, target) : prepare(context, order)) {
      return filled(
          beside.isPresent()
              ? engine.restoreBeside(
                  prepared.vault(),
                  prepared.identity(),
                  prepared.plan(),
                  beside.get(),
                  options,
                  progress)
              : engine.restore(
                  prepared.vault(),
                  prepared.identity(),
                  prepared.plan(),
                  target,
                  options,
                  progress));
    } finally {
      memory.release();
    }
  }

  private Prepared prepare(Context context, RestoreOrder order) {
    return preparation.prepare(context.run().source(), order, context.facts());
  }

  /** The latest moment is what it was when an earlier attempt began. */
  private Prepared prepareAgain(Context context, RestoreOrder order, TargetDatabase target) {
    SourceId source = context.run().source();
    return preparation.prepare(
        source,
        order,
        context.facts(),
        moment -> new RestoreEngine(clock).goingOn(source, moment, target));
  }

  private static Selection selection(RestoreOrder order) {
    return new Selection(order.scope().only());
  }

  private static Optional<BesideTarget> beside(
      Context context, RestoreOrder order, TargetDatabase target) {
    return RestorePreparation.beside(order, target, Optional.of(context.run().id()));
  }

  /**
   * What a killed attempt of the same run left; empty when the target is as it was before, or the
   * restore goes on with it.
   */
  private Optional<Outcome> lookAtEarlierAttempt(
      Context context, RestoreOrder order, TargetDatabase target) {
    FilledTarget found = FilledTarget.of(target);
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
        if (marker.complete()) {
          yield Optional.of(filled(reportOf(context, order, marker, found)));
        }
        try (Prepared prepared = prepareAgain(context, order, target)) {
          yield new RestoreEngine(clock).isBegun(prepared.plan(), target, selection(order))
              ? Optional.empty()
              : clear(context, found);
        }
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
  private RestoreReport reportOf(
      Context context, RestoreOrder order, Marker marker, FilledTarget found) {
    List<TableContent> tables = found.content(config.restoreConnections());
    String systemId;
    try (Prepared prepared = prepare(context, order)) {
      systemId = prepared.plan().base().position().systemId();
    }
    Instant end = marker.completedAt().orElse(marker.startedAt());
    return new RestoreReport(
        context.run().source(),
        marker.base(),
        new Position(systemId, marker.timeline(), marker.reached()),
        marker.lastCommit(),
        marker.lastCommitTime().orElse(marker.startedAt()),
        Optional.empty(),
        tables,
        0,
        marker.startedAt(),
        Duration.between(marker.startedAt(), end),
        List.of("the orchestrator was killed as the restore ended: this report was read back"),
        Optional.empty(),
        Optional.empty());
  }

  private static Outcome filled(RestoreReport report) {
    return new Outcome.Done(
        report.tables().size()
            + " tables with "
            + report.rows()
            + " rows, up to "
            + report.reached()
            + report.beside().map(TargetOperations::place).orElse(""),
        Facts.of(Fact.RESTORED_LSN, report.reached().lsn()),
        List.of(),
        Optional.of(RunJson.treeOf(report)));
  }

  private static String place(RestoreReport.Beside beside) {
    return ", in schema "
        + beside.schema()
        + (beside.keptAside().isEmpty()
            ? ""
            : " and in place; what was there is in " + String.join(", ", beside.keptAside()));
  }

  public Outcome confirm(Context context) {
    return confirm(context, order(context));
  }

  Outcome confirm(Context context, RestoreOrder order) {
    TargetDatabase target = target(context, order);
    Optional<BesideTarget> beside = beside(context, order, target);
    return beside.isPresent()
        ? confirmBeside(context, beside.get())
        : confirmDatabase(context, FilledTarget.of(target));
  }

  private Outcome confirmBeside(Context context, BesideTarget beside) {
    Optional<Lsn> reached =
        new RestoreEngine(clock).reportBeside(beside).map(report -> report.reached().lsn());
    return reached.isPresent() && reached.equals(context.facts().lsn(Fact.RESTORED_LSN))
        ? confirmed(context, "the schema " + beside.schema(), reached.get())
        : new Outcome.Failed(
            "the schema " + beside.schema() + " is not marked complete by this run");
  }

  private Outcome confirmDatabase(Context context, FilledTarget found) {
    if (!(found.find() instanceof Found.Marked(Marker marker)) || !marker.complete()) {
      return new Outcome.Failed("the target " + found.describe() + " is not marked complete");
    }
    if (!isOfThisRun(context, marker)
        || !marker.reached().equals(context.facts().lsn(Fact.RESTORED_LSN).orElseThrow())) {
      return new Outcome.Failed(
          "the target " + found.describe() + " holds another restore, up to " + marker.reached());
    }
    return confirmed(context, "the target", marker.reached());
  }

  private Outcome confirmed(Context context, String what, Lsn reached) {
    Instant now = clock.instant();
    Facts facts = Facts.of(Fact.RESTORED, true);
    return Outcome.done(
        what + " is marked complete, up to " + reached,
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
