/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.lock;

import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.Optional;

/** How far a place protects its objects from deletion: for every place where a person looks. */
public enum LockStanding {
  /** Object Lock is on, and what is put is locked. */
  LOCKED("locked"),
  /** The bucket has Object Lock, but the region's settings do not use it. */
  NOT_USED("not locked: the bucket has Object Lock, but lock.mode is not set"),
  /** The settings want locks that the bucket does not have: nothing can be stored. */
  IMPOSSIBLE("lock.mode is set, but the bucket has no Object Lock: nothing can be stored in it"),
  /** No Object Lock at all. */
  NONE("not locked: whoever may delete can delete backups"),
  /** The credentials may not ask. */
  UNKNOWN("not known: the credentials may not ask for Object Lock");

  private final String meaning;

  LockStanding(String meaning) {
    this.meaning = meaning;
  }

  /** For people. */
  public String meaning() {
    return meaning;
  }

  /** Asks the store. */
  public static LockStanding of(ObjectStore store, Optional<LockSettings> settings) {
    boolean enabled;
    try {
      enabled = store.locks().map(ObjectLocks::enabled).orElse(false);
    } catch (StoreException e) {
      if (e.reason() == StoreException.Reason.DENIED) {
        return UNKNOWN;
      }
      throw e;
    }
    if (settings.isPresent()) {
      return enabled ? LOCKED : IMPOSSIBLE;
    }
    return enabled ? NOT_USED : NONE;
  }
}
