/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.CLOCK;

import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;

/** In stores that enforce their locks. */
class LegalHoldsTest extends LegalHoldsContract {

  @Override
  ObjectStore open() {
    return MemoryObjectStore.locking(SETTINGS, CLOCK);
  }
}
