/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.engine;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;

/**
 * The kind of a failure, for programs. The names are those of problem documents: the command line
 * ends with one exit code for both.
 */
final class FailureKind {

  private static final Facts DAMAGED = Facts.of(Fact.FAILURE, "damaged");
  private static final Facts DISK_FULL = Facts.of(Fact.FAILURE, "disk-full");

  private FailureKind() {}

  static Facts of(RuntimeException failure) {
    return switch (failure) {
      case PostgresException e when e.reason() == PostgresException.Reason.DAMAGED -> DAMAGED;
      case PostgresException e when e.reason() == PostgresException.Reason.DISK_FULL -> DISK_FULL;
      case VaultException e when e.reason() == VaultException.Reason.MISSING -> DAMAGED;
      case VaultException e when e.reason() == VaultException.Reason.DAMAGED -> DAMAGED;
      case StoreException e when e.reason() == StoreException.Reason.FULL -> DISK_FULL;
      default -> Facts.NONE;
    };
  }
}
