/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PgTools;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndexJson;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
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
      BaseIndex base = index(objects, plan.base().index());
      RestoredSchema schema = schema(objects, plan, base);
      int version = schema.target().serverVersion();
      server.requireVersion(state, version);
      PgTools.Tool program = PgTools.require("pg_restore", version);

      meter.phase(RestoreProgress.Phase.CHANGES, bodies(plan));
      Optional<DependentRows> dependents =
          plan.target() instanceof RestoreTarget.Without
              ? Optional.of(new DependentRows())
              : Optional.empty();
      ChangeFold fold = schema.fold(new FoldBudget(options.foldMemoryBytes()), dependents);
      ChangeStream.End end =
          new ChangeStream(
                  plan,
                  objects.inOrder(
                      plan.parts().stream()
                          .flatMap(part -> part.segment().bodies().stream())
                          .iterator()),
                  fold)
              .read();

      Restore restore =
          new Restore(
              plan,
              schema,
              fold,
              end,
              dependents,
              server,
              state,
              program,
              objects,
              options,
              meter,
              clock);
      return restore.run(started);
    } catch (IOException e) {
      throw new UncheckedIOException("restoring " + plan.source(), e);
    }
  }

  private static long bodies(RestorePlan.Reachable plan) {
    return plan.parts().stream()
        .flatMap(part -> part.segment().bodies().stream())
        .mapToLong(ObjectRef::size)
        .sum();
  }

  private static RestoredSchema schema(
      VaultObjects objects, RestorePlan.Reachable plan, BaseIndex base) throws IOException {
    List<BaseIndex> recorded = new ArrayList<>();
    for (RestorePlan.SchemaVersion version : plan.schemas()) {
      recorded.add(index(objects, version.entry().index().orElseThrow()));
    }
    return RestoredSchema.of(base, recorded);
  }

  private static BaseIndex index(VaultObjects objects, ObjectRef reference) throws IOException {
    try (InputStream in = objects.open(reference)) {
      return BaseIndexJson.read(in);
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
