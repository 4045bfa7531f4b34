/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class MemoryObjectLocksTest extends ObjectLocksContract {

  @Override
  ObjectStore open(LockSettings settings) {
    return new RetryingObjectStore(MemoryObjectStore.locking(settings, InstantSource.system()));
  }

  @Override
  boolean survivesDeletion(ObjectStore store, ObjectKey key) {
    assertThatThrownBy(() -> store.delete(key))
        .isInstanceOfSatisfying(
            StoreException.class,
            e -> assertThat(e.reason()).isEqualTo(StoreException.Reason.DENIED));
    return store.stat(key).isPresent();
  }

  @Test
  void without_locks_it_says_so() {
    assertThat(new MemoryObjectStore().locks().orElseThrow().enabled()).isFalse();
  }
}
