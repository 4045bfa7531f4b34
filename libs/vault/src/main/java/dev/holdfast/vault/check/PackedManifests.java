/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultDocuments;
import dev.holdfast.vault.VaultDocuments.Packed;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.check.DocumentInspection.Place.Taken;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Manifests as packs hold them: an hour takes two reads instead of thousands. Nothing is believed
 * because a pack says so. Each manifest must be signed, and carry the hash of the one before; and
 * the pack's last must be, byte for byte, what is stored in its place. What a pack of another
 * history holds never counts, then, nor is anything that is stored judged by it. To be used by one
 * thread.
 */
final class PackedManifests {

  private static final int VERIFIED_AT_ONCE = 64;

  /**
   * One manifest of a pack.
   *
   * @param size in bytes: the stored object has as many, or is another
   */
  record One(Taken place, long size) {}

  private final ObjectStore store;
  private final SourceId source;
  private final DocumentInspection documents;
  private final Consumer<ObjectKey> useless;

  /** Packs by their first manifest; of several that begin there, the longest. */
  private final NavigableMap<Long, Packed> packs = new TreeMap<>();

  /** What was read and may be wanted again, by the first manifest. */
  private final NavigableMap<Long, List<One>> read = new TreeMap<>();

  /**
   * @param there the packs that a listing showed
   * @param useless is told of a pack that does not hold what is stored
   */
  PackedManifests(
      ObjectStore store,
      SourceId source,
      DocumentInspection documents,
      Collection<ObjectKey> there,
      Consumer<ObjectKey> useless) {
    this.store = store;
    this.source = source;
    this.documents = documents;
    this.useless = useless;
    for (ObjectKey key : there) {
      VaultDocuments.packed(key)
          .ifPresent(
              pack -> packs.merge(pack.first(), pack, (a, b) -> a.last() >= b.last() ? a : b));
    }
  }

  /** By number, what good packs hold of the manifests {@code first} to {@code last}. */
  Map<Long, One> of(long first, long last, Parallel parallel) {
    read.values().removeIf(pack -> pack.isEmpty() || pack.getLast().place().number() < first);
    Long begin = packs.floorKey(first);
    NavigableMap<Long, Packed> wanted =
        packs.subMap(begin == null ? first : begin, true, last, true);
    load(
        wanted.values().stream()
            .filter(pack -> pack.last() >= first && !read.containsKey(pack.first()))
            .toList(),
        parallel);
    Map<Long, One> found = new HashMap<>();
    for (Long each : wanted.keySet()) {
      read.getOrDefault(each, List.of()).forEach(one -> found.put(one.place().number(), one));
    }
    return found;
  }

  private void load(List<Packed> wanted, Parallel parallel) {
    Map<Packed, List<byte[]>> held = new ConcurrentHashMap<>();
    for (Packed pack : wanted) {
      parallel.run(() -> documents(pack).ifPresent(those -> held.put(pack, those)));
    }
    parallel.await();
    for (Packed pack : wanted) {
      List<byte[]> those = held.get(pack);
      List<One> manifests = those == null ? List.of() : verified(pack, those, parallel);
      if (manifests.isEmpty()) {
        useless.accept(pack.key());
      }
      read.put(pack.first(), manifests);
    }
  }

  /** Empty when the pack does not end with the manifest that is stored. */
  private Optional<List<byte[]>> documents(Packed pack) {
    Optional<byte[]> bytes = StoredBytes.document(store, pack.key());
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    List<byte[]> held;
    try {
      held = VaultDocuments.unpack(pack.key().value(), bytes.get());
    } catch (VaultException e) {
      return Optional.empty();
    }
    return held.size() == pack.last() - pack.first() + 1
            && StoredBytes.document(store, VaultLayout.manifest(source, pack.last()))
                .filter(stored -> Arrays.equals(stored, held.getLast()))
                .isPresent()
        ? Optional.of(held)
        : Optional.empty();
  }

  /** All of them, or none. */
  private List<One> verified(Packed pack, List<byte[]> held, Parallel parallel) {
    @Nullable One[] ones = new One[held.size()];
    for (int begin = 0; begin < ones.length; begin += VERIFIED_AT_ONCE) {
      int from = begin;
      int to = Math.min(ones.length, begin + VERIFIED_AT_ONCE);
      parallel.run(
          () -> {
            for (int i = from; i < to; i++) {
              byte[] document = held.get(i);
              ones[i] =
                  documents
                      .packed(source, pack.first() + i, document, i == ones.length - 1)
                      .map(place -> new One(place, document.length))
                      .orElse(null);
            }
          });
    }
    parallel.await();
    List<One> manifests = new ArrayList<>(ones.length);
    String before = null;
    for (One one : ones) {
      if (one == null || (before != null && !one.place().manifest().previous().equals(before))) {
        return List.of();
      }
      before = one.place().sha256();
      manifests.add(one);
    }
    return manifests;
  }
}
