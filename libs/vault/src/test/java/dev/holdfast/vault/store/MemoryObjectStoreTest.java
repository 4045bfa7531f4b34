/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

class MemoryObjectStoreTest extends ObjectStoreContract {
  @Override
  ObjectStore open() {
    return new MemoryObjectStore();
  }
}
