/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.lock;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.InParallel;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;

/** Holds everything that a vault holds now, or lets it go. */
public final class LegalHold {

  private static final int BATCH = 1000;

  private final ObjectStore store;
  private final Optional<SourceId> source;

  /** What became of it. */
  public sealed interface Outcome {

    /** All objects are as they were to be; {@code changed} of them were not before. */
    record Done(long looked, long changed) implements Outcome {}

    /** The place has no Object Lock. */
    record NoLock() implements Outcome {}
  }

  /**
   * @param source empty: all of the vault
   */
  public LegalHold(ObjectStore store, Optional<SourceId> source) {
    this.store = store;
    this.source = source;
  }

  /**
   * @param progress is told how many objects were looked at
   */
  public Outcome set(boolean hold, LongConsumer progress) {
    Optional<ObjectLocks> locks = store.locks();
    if (locks.isEmpty() || !locks.get().enabled()) {
      return new Outcome.NoLock();
    }
    List<ObjectKey> keys = new ArrayList<>();
    store.list(
        source.map(VaultLayout::sourcePrefix).orElse(VaultLayout.SOURCES),
        Optional.empty(),
        stat -> keys.add(stat.key()));
    if (store.stat(VaultLayout.marker()).isPresent()) {
      keys.add(VaultLayout.marker());
    }
    long changed = 0;
    for (int from = 0; from < keys.size(); from += BATCH) {
      List<ObjectKey> batch = keys.subList(from, Math.min(keys.size(), from + BATCH));
      changed +=
          InParallel.map(batch, key -> set(locks.get(), key, hold)).stream()
              .filter(Boolean::booleanValue)
              .count();
      progress.accept(from + batch.size());
    }
    return new Outcome.Done(keys.size(), changed);
  }

  private static boolean set(ObjectLocks locks, ObjectKey key, boolean hold) {
    boolean differs = locks.of(key).filter(found -> found.hold() != hold).isPresent();
    if (differs) {
      locks.hold(key, hold);
    }
    return differs;
  }
}
