/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.InputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** Keeps objects as files in one folder. */
public final class FileObjectStore implements ObjectStore {

  public FileObjectStore(java.nio.file.Path root) {}

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
