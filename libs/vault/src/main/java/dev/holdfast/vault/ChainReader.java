/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ChainIndex.Span;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads chains, verified. Indexes and packs are shortcuts: where one is missing or wrong, the
 * manifests themselves are read.
 */
final class ChainReader {

  private static final Logger LOG = LoggerFactory.getLogger(ChainReader.class);

  /** So many manifests are read one by one without asking for packs. */
  private static final int FEW = 64;

  /** Where fewer are wanted, a pack would mostly hold others. */
  private static final int MANY = 1000;

  private final Copies copies;
  private final Set<SigningKey.Public> trusted;

  ChainReader(Copies copies, Set<SigningKey.Public> trusted) {
    this.copies = copies;
    this.trusted = trusted;
  }

  /**
   * The manifests after {@code after}, at most {@code limit}; each is proven to be the successor of
   * the one before, the first that of manifest {@code after}.
   */
  List<Link> links(SourceId source, long after, int limit) {
    if (limit < MANY || numbers(source, after, FEW + 1).size() <= FEW) {
      return successors(before(source, after), loose(source, after, numbers(source, after, limit)));
    }
    List<Link> links = packed(source, after, limit);
    int left = limit - links.size();
    if (left > 0) {
      long packedUntil = after + links.size();
      links.addAll(loose(source, packedUntil, numbers(source, packedUntil, left)));
    }
    return successors(before(source, after), links);
  }

  /** The link that the first one after {@code after} must follow; empty for the chain's first. */
  private List<Link> before(SourceId source, long after) {
    return after == 0 ? List.of() : List.of(link(source, after));
  }

  private static List<Link> successors(List<Link> before, List<Link> links) {
    List<Link> all = Stream.concat(before.stream(), links.stream()).toList();
    for (int i = 1; i < all.size(); i++) {
      all.get(i).requireAfter(all.get(i - 1));
    }
    return links;
  }

  private NavigableSet<Long> numbers(SourceId source, long after, int limit) {
    NavigableSet<Long> numbers = new TreeSet<>();
    copies.all(copy -> ChainListing.numbers(copy.store(), source, after, limit, numbers::add));
    while (numbers.size() > limit) {
      numbers.removeLast();
    }
    return numbers;
  }

  /** Manifests read one by one; {@code numbers} must follow {@code after} without a gap. */
  private List<Link> loose(SourceId source, long after, NavigableSet<Long> numbers) {
    long next = after + 1;
    for (long number : numbers) {
      if (number != next++) {
        throw new VaultException(
            Reason.MISSING,
            "manifest "
                + (next - 1)
                + " of "
                + source
                + " is missing in "
                + copies.describe()
                + " although "
                + number
                + " is there; "
                + copies.advice());
      }
    }
    return InParallel.map(List.copyOf(numbers), number -> link(source, number));
  }

  private List<Link> loose(SourceId source, ChainSlice slice) {
    NavigableSet<Long> numbers = new TreeSet<>();
    for (long number = slice.first(); number <= slice.last(); number++) {
      numbers.add(number);
    }
    return loose(source, slice.first() - 1, numbers);
  }

  Link link(SourceId source, long number) {
    ObjectKey key = VaultLayout.manifest(source, number);
    return copies.firstGood(copy -> Link.read(source, number, copy.required(key), trusted));
  }

  /** As many manifests after {@code after} as packs hold, at most {@code limit}. */
  private List<Link> packed(SourceId source, long after, int limit) {
    ChainIndexes indexes = new ChainIndexes(copies, source, trusted);
    // The pack that holds the first one wanted may begin long before it.
    List<ChainSlice> packs = indexes.packs(Math.max(1, after + 2 - ChainIndexer.MOST_MANIFESTS));
    List<Link> links = new ArrayList<>();
    long next = after + 1;
    for (ChainSlice pack : cover(packs, next)) {
      for (Link link : unpacked(indexes, source, pack)) {
        if (link.manifest().number() == next && links.size() < limit) {
          links.add(link);
          next++;
        }
      }
      if (links.size() == limit) {
        break;
      }
    }
    return links;
  }

  private static List<ChainSlice> cover(List<ChainSlice> packs, long number) {
    return packs.stream()
        .filter(pack -> pack.first() <= number && number <= pack.last())
        .findFirst()
        .map(pack -> ChainIndexes.contiguous(packs, pack.first()))
        .orElse(List.of());
  }

  private List<Link> unpacked(ChainIndexes indexes, SourceId source, ChainSlice slice) {
    try {
      return indexes.readPack(slice);
    } catch (VaultException | StoreException e) {
      LOG.warn("the manifests {} are read one by one: {}", slice.text(), e.getMessage());
      return loose(source, slice);
    }
  }

  /** The whole chain, folded. */
  List<ChainLink> outline(SourceId source) {
    ChainIndexes indexes = new ChainIndexes(copies, source, trusted);
    List<ChainIndex> known = new ArrayList<>(read(indexes, source, Span.DAY, 1));
    known.addAll(read(indexes, source, Span.HOUR, end(known) + 1));
    if (!leadsToChain(source, known)) {
      return folded(links(source, 0, Integer.MAX_VALUE));
    }
    List<ChainLink> links = new ArrayList<>();
    known.forEach(index -> links.addAll(index.links()));
    links.addAll(folded(links(source, end(known), Integer.MAX_VALUE)));
    return ChainLink.fold(links);
  }

  private static long end(List<ChainIndex> indexes) {
    return indexes.isEmpty() ? 0 : indexes.getLast().last();
  }

  private boolean leadsToChain(SourceId source, List<ChainIndex> indexes) {
    String hash = Sha256.ZERO;
    for (ChainIndex index : indexes) {
      if (!index.previous().equals(hash)) {
        LOG.warn("the indexes of {} do not follow each other at {}", source, index.first());
        return false;
      }
      hash = index.hash();
    }
    if (!indexes.isEmpty() && !link(source, end(indexes)).hash().equals(hash)) {
      LOG.warn("the indexes of {} do not lead to its manifest {}", source, end(indexes));
      return false;
    }
    return true;
  }

  /** The indexes from manifest {@code first} on that follow each other. */
  private List<ChainIndex> read(ChainIndexes indexes, SourceId source, Span span, long first) {
    return InParallel.map(
        ChainIndexes.contiguous(indexes.of(span, first), first),
        slice -> indexOf(indexes, source, span, slice));
  }

  /** As it is stored; where that is of no use, as its manifests say. */
  ChainIndex indexOf(ChainIndexes indexes, SourceId source, Span span, ChainSlice slice) {
    try {
      return indexes.read(span, slice);
    } catch (VaultException | StoreException e) {
      LOG.warn("manifests {} are read instead of their index: {}", slice.text(), e.getMessage());
      List<Link> links = links(source, slice.first() - 1, Math.toIntExact(slice.size()));
      if (links.size() != slice.size()) {
        throw e;
      }
      return ChainIndex.of(span, links, Optional.empty(), "");
    }
  }

  private static List<ChainLink> folded(List<Link> links) {
    return ChainLink.fold(links.stream().map(link -> ChainLink.of(link.manifest())).toList());
  }
}
