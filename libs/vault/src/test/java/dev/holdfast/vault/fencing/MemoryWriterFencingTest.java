/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectStore;

class MemoryWriterFencingTest extends WriterFencingContract {

  @Override
  ObjectStore fresh() {
    return new MemoryObjectStore();
  }
}
