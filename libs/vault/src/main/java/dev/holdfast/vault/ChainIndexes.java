/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ChainIndex.Pack;
import dev.holdfast.vault.ChainIndex.Span;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The indexes and packs that a vault's copies hold of one chain. */
final class ChainIndexes {

  private static final Comparator<ChainSlice> ORDER =
      Comparator.comparingLong(ChainSlice::first).thenComparingLong(ChainSlice::last);

  private final Copies copies;
  private final SourceId source;
  private final Set<SigningKey.Public> trusted;

  ChainIndexes(Copies copies, SourceId source, Set<SigningKey.Public> trusted) {
    this.copies = copies;
    this.source = source;
    this.trusted = trusted;
  }

  /** Slices whose index is there and that begin at {@code from} or later, in order. */
  List<ChainSlice> of(Span span, long from) {
    return slices(VaultLayout.indexPrefix(source, span), from);
  }

  /** Slices whose pack is there and that begin at {@code from} or later, in order. */
  List<ChainSlice> packs(long from) {
    return slices(VaultLayout.packPrefix(source), from);
  }

  private List<ChainSlice> slices(String prefix, long from) {
    TreeSet<ChainSlice> slices = new TreeSet<>(ORDER);
    copies.all(copy -> list(copy.store(), prefix, from, slices));
    return List.copyOf(slices);
  }

  static void list(ObjectStore store, String prefix, long from, TreeSet<ChainSlice> into) {
    // Sorts behind every slice that begins before.
    Optional<ObjectKey> after =
        from == 1
            ? Optional.empty()
            : Optional.of(new ObjectKey(prefix + ChainSlice.number(from - 1) + "-z"));
    store.list(prefix, after, stat -> VaultLayout.slice(stat.key()).ifPresent(into::add));
  }

  ChainIndex read(Span span, ChainSlice slice) {
    ObjectKey key = VaultLayout.index(source, span, slice);
    return copies.firstGood(
        copy -> ChainIndex.read(source, span, slice, copy.required(key), trusted));
  }

  /**
   * An index as it is stored, and before it the pack that it names.
   *
   * @throws VaultException MISSING, DAMAGED, UNTRUSTED or TOO_NEW, naming the object
   */
  Map<ObjectKey, byte[]> documents(Span span, ChainSlice slice) {
    ObjectKey key = VaultLayout.index(source, span, slice);
    return copies.firstGood(
        copy -> {
          byte[] document = copy.required(key);
          Optional<Pack> pack = ChainIndex.read(source, span, slice, document, trusted).pack();
          Map<ObjectKey, byte[]> documents = new LinkedHashMap<>();
          if (pack.isPresent()) {
            ObjectKey name = VaultLayout.pack(source, slice);
            byte[] packed = copy.required(name);
            if (!Sha256.of(packed).equals(pack.get().sha256())) {
              throw new VaultException(
                  Reason.DAMAGED, copy.name(name) + " is damaged: it is not what its index names");
            }
            documents.put(name, packed);
          }
          documents.put(key, document);
          return documents;
        });
  }

  List<Link> readPack(ChainSlice slice) {
    ObjectKey key = VaultLayout.pack(source, slice);
    return copies.firstGood(copy -> ChainPack.read(source, slice, copy.required(key), trusted));
  }

  /**
   * Those that follow each other from {@code first} on; of several that begin there, the longest.
   */
  static List<ChainSlice> contiguous(List<ChainSlice> slices, long first) {
    Map<Long, ChainSlice> longest = new HashMap<>();
    for (ChainSlice slice : slices) {
      longest.merge(slice.first(), slice, (a, b) -> a.last() > b.last() ? a : b);
    }
    List<ChainSlice> cover = new ArrayList<>();
    for (ChainSlice next = longest.get(first); next != null; next = longest.get(next.last() + 1)) {
      cover.add(next);
    }
    return cover;
  }
}
