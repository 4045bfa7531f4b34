/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.PutOnlyObjectStore;

class PutOnlyTest extends PutOnlyContract {
  @Override
  ObjectStore open() {
    return new PutOnlyObjectStore(new MemoryObjectStore());
  }
}
