/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import java.time.InstantSource;

/** Carries out a plan: folds the changes, then loads everything in one pass. */
public final class RestoreEngine {

  private final InstantSource clock;

  public RestoreEngine(InstantSource clock) {
    this.clock = clock;
  }

  /**
   * Checks, without changing anything, that {@code target} can be restored into: reachable, absent
   * or empty, new enough.
   *
   * @throws dev.holdfast.postgres.PostgresException saying what is in the way
   */
  public void check(TargetDatabase target) {
    throw new UnsupportedOperationException();
  }

  /**
   * Restores. Blocks; an interrupt cancels. Whatever goes wrong, the target never looks done: its
   * table {@code holdfast.restored} says {@code complete = false}.
   *
   * @throws dev.holdfast.postgres.PostgresException about the target
   * @throws dev.holdfast.vault.VaultException about the vault, naming the object
   */
  public RestoreReport restore(
      VaultReader vault,
      Identity identity,
      RestorePlan.Reachable plan,
      TargetDatabase target,
      RestoreOptions options,
      RestoreProgress.Listener progress) {
    throw new UnsupportedOperationException(clock.toString());
  }
}
