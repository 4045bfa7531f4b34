/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Carries out a plan: folds the changes, then loads everything in one pass. */
public final class RestoreEngine {

  private final InstantSource clock;

  public RestoreEngine(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Checks, without changing anything, that {@code target} can be restored into: reachable, absent
   * (and the user may create it) or empty. That it is new enough only the restore itself can tell.
   *
   * @throws PostgresException saying what is in the way
   */
  public void check(TargetDatabase target) {
    TargetServer.of(target).inspect(Optional.empty());
  }

  /**
   * An attempt at the same restore has ended before its time: with options that go on, {@link
   * #restore} completes it, or begins anew where it had come to nothing in a database of its own.
   */
  public boolean isBegun(RestorePlan.Reachable plan, TargetDatabase target, Selection selection) {
    return TargetServer.of(target).begun(PlanDigest.of(plan, selection)).isPresent();
  }

  /**
   * The moment to ask for when an attempt at the same restore may have left something: the latest
   * moment is what it was when that began.
   */
  public RestoreTarget goingOn(SourceId source, RestoreTarget wanted, TargetDatabase target) {
    return RestoreMarker.goingOn(TargetServer.of(target).connections(), source, wanted);
  }

  /**
   * Restores. Blocks; an interrupt cancels. Whatever goes wrong, the target never looks done: its
   * table {@code holdfast.restored} says {@code complete = false}. Called again with options that
   * go on, it leaves out what it finds done.
   *
   * @throws PostgresException about the target or the restore
   * @throws dev.holdfast.vault.VaultException about the vault, naming the object
   */
  public RestoreReport restore(
      VaultReader vault,
      Identity identity,
      RestorePlan.Reachable plan,
      TargetDatabase target,
      RestoreOptions options,
      RestoreProgress.Listener progress) {
    ProgressMeter meter = new ProgressMeter(progress);
    try (VaultObjects objects = new VaultObjects(vault, identity, meter::read)) {
      // Everything that can be found out without touching the target comes first.
      TargetServer server = TargetServer.of(target);
      TargetServer.State state =
          server.inspect(
              options.goesOn()
                  ? Optional.of(PlanDigest.of(plan, options.selection()))
                  : Optional.empty());
      var started = clock.instant();
      RestoredSchema schema = FoldedPlan.schema(objects, plan, options.selection());
      int version = schema.target().serverVersion();
      server.requireVersion(state, version);
      PgTools.Tool program = PgTools.require("pg_restore", version);
      meter.expect(RestoreEstimate.of(schema.target(), plan));
      FoldedPlan folded = FoldedPlan.read(objects, plan, schema, options.foldMemoryBytes(), meter);
      return new Restore(folded, server, state, program, objects, options, meter, clock)
          .run(started);
    } catch (IOException e) {
      throw new UncheckedIOException("restoring " + plan.source(), e);
    }
  }

  /**
   * What the tables that are asked for say of a restore before it begins.
   *
   * @throws PostgresException naming one that is not in the backup
   */
  public RestorePreview preview(
      VaultReader vault, Identity identity, RestorePlan.Reachable plan, Selection selection) {
    BaseIndex index = selected(vault, identity, plan, selection);
    return new RestorePreview(RestoreEstimate.of(index, plan), FoldedPlan.notExact(index, plan));
  }

  /**
   * Checks, without changing anything, that all tables that are asked for are in the backup.
   *
   * @throws PostgresException naming one that is not
   */
  public void checkSelection(
      VaultReader vault, Identity identity, RestorePlan.Reachable plan, Selection selection) {
    if (!selection.isAll()) {
      selected(vault, identity, plan, selection);
    }
  }

  /**
   * Checks, without changing anything, that the selected tables' rows can be restored beside, and
   * put in place where that is asked.
   *
   * @throws PostgresException saying what is in the way
   */
  public void checkBeside(
      VaultReader vault,
      Identity identity,
      RestorePlan.Reachable plan,
      BesideTarget target,
      Selection selection) {
    BesideRestore.check(target, selected(vault, identity, plan, selection));
  }

  private static BaseIndex selected(
      VaultReader vault, Identity identity, RestorePlan.Reachable plan, Selection selection) {
    try (VaultObjects objects = new VaultObjects(vault, identity, bytes -> {})) {
      return FoldedPlan.schema(objects, plan, selection).target();
    } catch (IOException e) {
      throw new UncheckedIOException("reading the tables of " + plan.source(), e);
    }
  }

  /**
   * Restores the selected tables' rows into a new schema of a database that is in use. Blocks; an
   * interrupt cancels. Until it has ended, the schema's table {@code holdfast_restored} says {@code
   * complete = false}.
   *
   * @throws PostgresException about the target or the restore
   * @throws dev.holdfast.vault.VaultException about the vault, naming the object
   */
  public RestoreReport restoreBeside(
      VaultReader vault,
      Identity identity,
      RestorePlan.Reachable plan,
      BesideTarget target,
      RestoreOptions options,
      RestoreProgress.Listener progress) {
    ProgressMeter meter = new ProgressMeter(progress);
    try (VaultObjects objects = new VaultObjects(vault, identity, meter::read)) {
      var started = clock.instant();
      RestoredSchema tables = FoldedPlan.schema(objects, plan, options.selection());
      BesideRestore.check(target, tables.target());
      meter.expect(RestoreEstimate.of(tables.target(), plan));
      FoldedPlan folded = FoldedPlan.read(objects, plan, tables, options.foldMemoryBytes(), meter);
      return new BesideRestore(target, folded, objects, options, meter, clock).run(started);
    } catch (IOException e) {
      throw new UncheckedIOException("restoring " + plan.source(), e);
    }
  }

  /**
   * What an attempt of the same owner left that was killed: its report when it had ended, so that
   * nothing is left to do. Else what it left is dropped, and {@link #restoreBeside} may begin
   * again.
   *
   * @throws PostgresException {@code NOT_EMPTY} when the schema is there and somebody else's
   */
  public Optional<RestoreReport> resumeBeside(BesideTarget target) {
    return new EarlierBeside(target).resume();
  }

  /** The report that the owner's schema holds; empty when there is none, or it is not complete. */
  public Optional<RestoreReport> reportBeside(BesideTarget target) {
    return new EarlierBeside(target).ended();
  }

  static PostgresException interrupted(@Nullable Throwable cause) {
    return new PostgresException(
        PostgresException.Reason.FAILED,
        null,
        "the restore was interrupted",
        "start it again",
        cause);
  }
}
