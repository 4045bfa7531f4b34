/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.PartUploads;
import dev.holdfast.vault.store.StoreException;
import java.util.Optional;

/** A store that can be made to refuse writes. */
final class FlakyStore extends ForwardingObjectStore {

  volatile boolean refusing;

  /** Refuses after the write: the object is there, and the writer is told that it is not. */
  volatile boolean lying;

  FlakyStore(ObjectStore store) {
    super(store);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    if (refusing) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "the store takes nothing now", null);
    }
    PutOutcome outcome = super.putIfAbsent(key, content);
    if (lying) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "the answer was lost on its way", null);
    }
    return outcome;
  }

  /** What is refused are whole objects. */
  @Override
  public Optional<PartUploads> parts() {
    return Optional.empty();
  }
}
