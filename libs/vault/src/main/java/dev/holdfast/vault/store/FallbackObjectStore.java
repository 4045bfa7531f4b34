/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Several copies of one vault as one: each read goes to the first store that has the object and
 * answers. Never writes. A reader that verifies what it reads asks {@link #copies} and goes on to
 * the next copy when one is damaged.
 */
public final class FallbackObjectStore implements ObjectStore {

  private final List<ObjectStore> stores;

  /**
   * @param stores in order of preference, at least one
   */
  public FallbackObjectStore(List<ObjectStore> stores) {
    if (stores.isEmpty()) {
      throw new IllegalArgumentException("at least one store is needed to read from");
    }
    this.stores = List.copyOf(stores);
  }

  /** Reads from all of these; a single one needs nothing around it. */
  public static ObjectStore of(List<ObjectStore> stores) {
    return stores.size() == 1 ? stores.getFirst() : new FallbackObjectStore(stores);
  }

  /** The copies behind {@code store}: those of a fallback store, else the store itself. */
  public static List<ObjectStore> copies(ObjectStore store) {
    return store instanceof FallbackObjectStore fallback ? fallback.stores : List.of(store);
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    throw new UnsupportedOperationException("a fallback store only reads");
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return first(store -> store.open(key));
  }

  @Override
  public Optional<InputStream> open(ObjectKey key, long offset) {
    return first(store -> store.open(key, offset));
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    return first(store -> store.stat(key));
  }

  /** Lists what any store holds; fails only when none answers. */
  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    TreeMap<ObjectKey, Stat> union = new TreeMap<>();
    @Nullable StoreException failure = null;
    int answered = 0;
    for (ObjectStore store : stores) {
      try {
        store.list(prefix, startAfter, stat -> union.putIfAbsent(stat.key(), stat));
        answered++;
      } catch (StoreException e) {
        failure = add(failure, e);
      }
    }
    if (answered == 0 && failure != null) {
      throw failure;
    }
    union.values().forEach(each);
  }

  @Override
  public void delete(ObjectKey key) {
    throw new UnsupportedOperationException("a fallback store only reads");
  }

  @Override
  public String describe() {
    return stores.stream().map(ObjectStore::describe).collect(Collectors.joining(", then "));
  }

  @Override
  public void close() {
    stores.forEach(ObjectStore::close);
  }

  /** Absent only if every store says so: one that does not answer might hold the object. */
  private <T> Optional<T> first(Function<ObjectStore, Optional<T>> read) {
    @Nullable StoreException failure = null;
    for (ObjectStore store : stores) {
      try {
        Optional<T> found = read.apply(store);
        if (found.isPresent()) {
          return found;
        }
      } catch (StoreException e) {
        failure = add(failure, e);
      }
    }
    if (failure != null) {
      throw failure;
    }
    return Optional.empty();
  }

  private static StoreException add(@Nullable StoreException first, StoreException next) {
    if (first == null) {
      return next;
    }
    if (first != next) {
      first.addSuppressed(next);
    }
    return first;
  }
}
