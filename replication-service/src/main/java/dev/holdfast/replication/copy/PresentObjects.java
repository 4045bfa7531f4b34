/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a region's listing shows, a folder (one day of one epoch) at a time: a chain names objects
 * in order of time, so that two folders in memory are enough. Not thread-safe.
 */
final class PresentObjects {

  private static final int FOLDERS = 2;

  private final ObjectStore store;
  private final Map<String, Map<String, Long>> folders =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Map<String, Long>> eldest) {
          return size() > FOLDERS;
        }
      };

  PresentObjects(ObjectStore store) {
    this.store = store;
  }

  /** Whether an object of that name and size is there. Its bytes are not looked at. */
  boolean has(ObjectRef object) {
    return size(object.key()).filter(size -> size == object.size()).isPresent();
  }

  private Optional<Long> size(ObjectKey key) {
    String name = key.value();
    int end = name.lastIndexOf('/') + 1;
    return Optional.ofNullable(
        folders.computeIfAbsent(name.substring(0, end), this::list).get(name.substring(end)));
  }

  private Map<String, Long> list(String folder) {
    Map<String, Long> sizes = new HashMap<>();
    store.list(
        folder,
        Optional.empty(),
        stat -> sizes.put(stat.key().value().substring(folder.length()), stat.size()));
    return sizes;
  }
}
