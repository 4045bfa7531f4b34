/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** Hands every request on to another store; a subclass overrides what it is about. */
public abstract class ForwardingObjectStore implements ObjectStore {

  private final ObjectStore store;

  protected ForwardingObjectStore(ObjectStore store) {
    this.store = store;
  }

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    return store.putIfAbsent(key, content);
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return store.open(key);
  }

  @Override
  public Optional<InputStream> open(ObjectKey key, long offset) {
    return store.open(key, offset);
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
  public Optional<PartUploads> parts() {
    return store.parts();
  }

  @Override
  public Optional<ObjectLocks> locks() {
    return store.locks();
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
