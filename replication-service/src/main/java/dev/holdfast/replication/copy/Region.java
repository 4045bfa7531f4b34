/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.RegionId;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.ObjectStore;
import java.util.Optional;

/**
 * One place that holds a copy of the vault.
 *
 * @param primary where workers write
 * @param lock how objects are locked in it
 */
record Region(
    RegionId id, boolean primary, boolean cold, ObjectStore store, Optional<LockSettings> lock) {

  Region(RegionId id, boolean primary, boolean cold, ObjectStore store) {
    this(id, primary, cold, store, Optional.empty());
  }
}
