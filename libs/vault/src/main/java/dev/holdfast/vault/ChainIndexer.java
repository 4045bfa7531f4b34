/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ChainIndex.Pack;
import dev.holdfast.vault.ChainIndex.Span;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the indexes of one source's chain: of every hour that is over, then of every day. Works
 * from what the store holds, so that it may be stopped anywhere and begun again by anybody who may
 * sign. Nothing depends on it: a chain without indexes is read manifest by manifest.
 */
public final class ChainIndexer {

  /** Bounds what has to be read to write, or to use, an index of an hour. */
  static final int MOST_MANIFESTS = 4096;

  private static final Logger LOG = LoggerFactory.getLogger(ChainIndexer.class);

  private final StoredObjects objects;
  private final SourceId source;
  private final SigningKey signer;
  private final ChainReader chain;
  private final ChainIndexes indexes;

  /**
   * @param trusted keys of earlier writers, beside {@code signer}'s own
   */
  public ChainIndexer(
      ObjectStore store, SourceId source, SigningKey signer, Set<SigningKey.Public> trusted) {
    Set<SigningKey.Public> believed = new HashSet<>(trusted);
    believed.add(signer.publicKey());
    this.objects = new StoredObjects(store);
    this.source = source;
    this.signer = signer;
    Copies copies = new Copies(List.of(objects));
    this.chain = new ChainReader(copies, believed);
    this.indexes = new ChainIndexes(copies, source, believed);
  }

  /**
   * Writes what is missing.
   *
   * @param now hours and days that are over at this moment are indexed
   * @return how many indexes it wrote
   */
  public int catchUp(Instant now) {
    return hours(now) + days(now);
  }

  private int hours(Instant now) {
    int written = 0;
    long next = end(Span.HOUR, end(Span.DAY, 1) + 1) + 1;
    while (true) {
      List<Link> links = chain.links(source, next - 1, MOST_MANIFESTS);
      boolean all = links.size() < MOST_MANIFESTS;
      int done = 0;
      int hour;
      while ((hour = hourOver(links.subList(done, links.size()), all, now)) > 0) {
        written += write(links.subList(done, done + hour));
        done += hour;
      }
      if (done == 0) {
        return written;
      }
      next += done;
    }
  }

  /**
   * How many of {@code links} make up their first hour; 0 when it may go on.
   *
   * @param all whether no manifests follow
   */
  private static int hourOver(List<Link> links, boolean all, Instant now) {
    int hour = oneHour(links);
    boolean over =
        hour < links.size()
            || hour == MOST_MANIFESTS
            || (all && hour > 0 && hour(links.getFirst().manifest().at()).isBefore(hour(now)));
    return over ? hour : 0;
  }

  /** How many of {@code links} were written in the same hour as the first. */
  private static int oneHour(List<Link> links) {
    int count = 0;
    while (count < links.size()
        && hour(links.get(count).manifest().at()).equals(hour(links.getFirst().manifest().at()))) {
      count++;
    }
    return count;
  }

  private static Instant hour(Instant at) {
    return at.truncatedTo(ChronoUnit.HOURS);
  }

  /** The pack first: an index names it. */
  private int write(List<Link> links) {
    ChainSlice slice =
        new ChainSlice(links.getFirst().manifest().number(), links.getLast().manifest().number());
    List<byte[]> documents =
        InParallel.map(
            links,
            link -> objects.required(VaultLayout.manifest(source, link.manifest().number())));
    byte[] pack = ChainPack.write(documents);
    put(VaultLayout.pack(source, slice), pack);
    ChainIndex index =
        ChainIndex.of(
            Span.HOUR,
            links,
            Optional.of(new Pack(pack.length, Sha256.of(pack))),
            signer.publicKey().id());
    return put(VaultLayout.index(source, Span.HOUR, slice), index.write(signer)) ? 1 : 0;
  }

  private int days(Instant now) {
    int written = 0;
    long first = end(Span.DAY, 1) + 1;
    List<ChainIndex> day = new ArrayList<>();
    for (ChainSlice slice : ChainIndexes.contiguous(indexes.of(Span.HOUR, first), first)) {
      ChainIndex hour = chain.indexOf(indexes, source, Span.HOUR, slice);
      if (!day.isEmpty() && !date(day.getFirst()).equals(date(hour))) {
        written += writeDay(day);
        day.clear();
      }
      day.add(hour);
    }
    if (!day.isEmpty() && date(day.getFirst()).isBefore(now.truncatedTo(ChronoUnit.DAYS))) {
      written += writeDay(day);
    }
    return written;
  }

  private static Instant date(ChainIndex hour) {
    return hour.firstAt().truncatedTo(ChronoUnit.DAYS);
  }

  private int writeDay(List<ChainIndex> hours) {
    ChainIndex index = ChainIndex.ofDay(hours, signer.publicKey().id());
    return put(VaultLayout.index(source, Span.DAY, index.slice()), index.write(signer)) ? 1 : 0;
  }

  /** The last manifest that indexes from {@code first} on reach without a gap. */
  private long end(Span span, long first) {
    List<ChainSlice> cover = ChainIndexes.contiguous(indexes.of(span, first), first);
    return cover.isEmpty() ? first - 1 : cover.getLast().last();
  }

  /** An earlier life's index of the same slice is as good: readers verify both. */
  private boolean put(ObjectKey key, byte[] bytes) {
    boolean ours = objects.put(key, bytes);
    if (!ours) {
      LOG.info("{} is there already, written by another", key);
    }
    return ours;
  }
}
