/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads from the first of several stores that answers; never writes. */
public final class FallbackObjectStore implements ObjectStore {

  public FallbackObjectStore(java.util.List<ObjectStore> stores) {}

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void delete(ObjectKey key) {
    throw new UnsupportedOperationException();
  }

  @Override
  public String describe() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
