/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
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
    TargetServer.of(target).inspect();
  }

  /**
   * Restores. Blocks; an interrupt cancels. Whatever goes wrong, the target never looks done: its
   * table {@code holdfast.restored} says {@code complete = false}.
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
      TargetServer.State state = server.inspect();
      var started = clock.instant();
      RestoredSchema schema = FoldedPlan.schema(objects, plan, options.selection());
      int version = schema.target().serverVersion();
      server.requireVersion(state, version);
      PgTools.Tool program = PgTools.require("pg_restore", version);
      FoldedPlan folded = FoldedPlan.read(objects, plan, schema, options.foldMemoryBytes(), meter);
      return new Restore(folded, server, state, program, objects, options, meter, clock)
          .run(started);
    } catch (IOException e) {
      throw new UncheckedIOException("restoring " + plan.source(), e);
    }
  }

  /**
   * Checks, without changing anything, that rows can be restored into a new schema of an existing
   * database.
   *
   * @throws PostgresException saying what is in the way
   */
  public void checkBeside(TargetDatabase target, String schema) {
    BesideRestore.check(TargetServer.of(target).connections(), schema);
  }

  /**
   * Restores the selected tables' rows into a new schema of a database that is in use. Blocks; an
   * interrupt cancels. Until it has ended, the schema's table {@code holdfast_restored} says {@code
   * complete = false}.
   *
   * @param schema must not exist
   * @param inPlace afterwards gives the live tables these rows, in one transaction; what they held
   *     is kept in the schema, in tables whose names end with {@code _before}
   * @throws PostgresException about the target or the restore
   * @throws dev.holdfast.vault.VaultException about the vault, naming the object
   */
  public RestoreReport restoreBeside(
      VaultReader vault,
      Identity identity,
      RestorePlan.Reachable plan,
      TargetDatabase target,
      String schema,
      boolean inPlace,
      RestoreOptions options,
      RestoreProgress.Listener progress) {
    ProgressMeter meter = new ProgressMeter(progress);
    Connections connections = TargetServer.of(target).connections();
    try (VaultObjects objects = new VaultObjects(vault, identity, meter::read)) {
      BesideRestore.check(connections, schema);
      var started = clock.instant();
      RestoredSchema tables = FoldedPlan.schema(objects, plan, options.selection());
      BesideRestore.requireDistinct(tables.target());
      FoldedPlan folded = FoldedPlan.read(objects, plan, tables, options.foldMemoryBytes(), meter);
      return new BesideRestore(connections, schema, folded, objects, options, meter, clock)
          .run(started, inPlace);
    } catch (IOException e) {
      throw new UncheckedIOException("restoring " + plan.source(), e);
    }
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
