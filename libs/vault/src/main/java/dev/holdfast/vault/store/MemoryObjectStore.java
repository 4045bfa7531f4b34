/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;

/** Keeps objects in memory; for tests. */
public final class MemoryObjectStore implements ObjectStore {

  private final ConcurrentNavigableMap<ObjectKey, byte[]> objects = new ConcurrentSkipListMap<>();

  @Override
  public PutOutcome putIfAbsent(ObjectKey key, Content content) {
    byte[] bytes;
    try (InputStream in = content.open()) {
      bytes = in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return objects.putIfAbsent(key, bytes) == null ? PutOutcome.CREATED : PutOutcome.EXISTS;
  }

  @Override
  public Optional<InputStream> open(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(ByteArrayInputStream::new);
  }

  @Override
  public Optional<Stat> stat(ObjectKey key) {
    return Optional.ofNullable(objects.get(key)).map(bytes -> new Stat(key, bytes.length));
  }

  @Override
  public void list(String prefix, Optional<ObjectKey> startAfter, Consumer<Stat> each) {
    var view = startAfter.map(key -> objects.tailMap(key, false)).orElse(objects);
    view.forEach(
        (key, bytes) -> {
          if (key.value().startsWith(prefix)) {
            each.accept(new Stat(key, bytes.length));
          }
        });
  }

  @Override
  public void delete(ObjectKey key) {
    objects.remove(key);
  }

  @Override
  public String describe() {
    return "memory";
  }

  @Override
  public void close() {}
}
