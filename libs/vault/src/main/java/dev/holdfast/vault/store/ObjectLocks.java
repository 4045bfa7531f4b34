/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.time.Instant;
import java.util.Optional;

/**
 * Protects stored objects from deletion, whoever asks. Where a store locks, each object is locked
 * when it is put, as the region's {@link LockSettings} say; here a lock is looked at and made
 * longer. Blocking, safe for many threads.
 */
public interface ObjectLocks {

  /** Who may take a lock away before its time. */
  enum Mode {
    /** Whoever has the right to bypass it. */
    GOVERNANCE,
    /** Nobody, the account's owner included. */
    COMPLIANCE
  }

  /** A lock that ends by itself. */
  record Retention(Mode mode, Instant until) {}

  /**
   * An object's protection.
   *
   * @param hold a legal hold: no deletion until somebody releases it
   */
  record Protection(Optional<Retention> retention, boolean hold) {}

  /** Whether the place has Object Lock at all; without it nothing can be locked in it. */
  boolean enabled();

  /** Empty when there is no such object. */
  Optional<Protection> of(ObjectKey key);

  /** Locks an object until then; the store refuses to shorten a lock. */
  void extend(ObjectKey key, Retention retention);

  /** Places ({@code true}) or releases a legal hold. */
  void hold(ObjectKey key, boolean hold);
}
