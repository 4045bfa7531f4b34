/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** A store that can be made to refuse writes. */
final class FlakyStore implements ObjectStore {

  private final ObjectStore store;
  volatile boolean refusing;

  /** Refuses after the write: the object is there, and the writer is told that it is not. */
  volatile boolean lying;

  FlakyStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    if (refusing) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "the store takes nothing now", null);
    }
    PutOutcome outcome = store.putIfAbsent(key, content);
    if (lying) {
      throw new StoreException(
          StoreException.Reason.UNAVAILABLE, "the answer was lost on its way", null);
    }
    return outcome;
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return store.open(key);
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    return store.stat(key);
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    store.list(prefix, startAfter, each);
  }

  @Override
  public void delete(ObjectKey key) {
    store.delete(key);
  }

  @Override
  public String describe() {
    return store.describe();
  }

  @Override
  public void close() {
    store.close();
  }
}
