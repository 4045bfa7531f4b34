/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BinaryOperator;

/**
 * One entry of a chain, or up to {@link #MOST_SEGMENTS} neighbouring segments folded into one: what
 * recovery points are computed from. A source that seals every two seconds writes 43,200 manifests
 * a day; folded they are about a hundred.
 *
 * @param first number of the first manifest in it
 * @param last number of the last
 * @param sealedAt when the last was written
 * @param segments how many segments were folded; 0 for every other entry
 * @param entry without the objects that it names
 */
public record ChainLink(long first, long last, Instant sealedAt, int segments, ChainEntry entry) {

  /** Bounds what has to be read again to cut a link at a region's last verified manifest. */
  public static final int MOST_SEGMENTS = 500;

  public ChainLink {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException(
          "link of manifests %d to %d: numbers start at 1 and do not go back"
              .formatted(first, last));
    }
  }

  public static ChainLink of(Manifest manifest) {
    ChainEntry bare =
        switch (manifest.entry()) {
          case SegmentSealed s -> withoutBodies(s);
          case BaseSealed b ->
              new BaseSealed(
                  b.epoch(),
                  b.base(),
                  b.position(),
                  b.snapshotAt(),
                  b.catalog(),
                  b.index(),
                  List.of(),
                  b.tables(),
                  b.rows());
          case ChainEntry.EpochOpened e -> e;
          case ChainEntry.HoleRecorded h -> h;
          case ChainEntry.TimelineSwitched t -> t;
          case ChainEntry.SchemaRecorded s ->
              new ChainEntry.SchemaRecorded(
                  s.epoch(), s.position(), s.xid(), s.at(), s.catalog(), s.index(), List.of());
          case ChainEntry.TablesLost l -> l;
          case ChainEntry.TableBaseSealed b ->
              new ChainEntry.TableBaseSealed(
                  b.epoch(),
                  b.base(),
                  b.position(),
                  b.snapshotAt(),
                  b.tables(),
                  b.index(),
                  List.of(),
                  b.rows());
          case ChainEntry.RestorePoint p -> p;
        };
    return new ChainLink(
        manifest.number(),
        manifest.number(),
        manifest.at(),
        bare instanceof SegmentSealed ? 1 : 0,
        bare);
  }

  /** This link with {@code next} folded in; empty when {@code next} begins a link of its own. */
  public Optional<ChainLink> with(ChainLink next) {
    if (entry instanceof SegmentSealed a
        && next.entry instanceof SegmentSealed b
        && next.first == last + 1
        && segments + next.segments <= MOST_SEGMENTS
        && a.epoch() == b.epoch()
        && a.timeline() == b.timeline()
        && a.through().equals(b.from())) {
      return Optional.of(
          new ChainLink(first, next.last, next.sealedAt, segments + next.segments, fold(a, b)));
    }
    return Optional.empty();
  }

  /** {@code links}, those folded that can be. */
  public static List<ChainLink> fold(List<ChainLink> links) {
    List<ChainLink> folded = new ArrayList<>();
    for (ChainLink link : links) {
      Optional<ChainLink> longer =
          folded.isEmpty() ? Optional.empty() : folded.getLast().with(link);
      if (longer.isPresent()) {
        folded.removeLast();
      }
      folded.add(longer.orElse(link));
    }
    return List.copyOf(folded);
  }

  /** As the rules of the vault want it; only its number, time and entry mean anything. */
  public Manifest asManifest(SourceId source) {
    return new Manifest(Manifest.FORMAT, source, last, NO_HASH, "", sealedAt, entry);
  }

  private static final String NO_HASH = "0".repeat(64);

  private static SegmentSealed withoutBodies(SegmentSealed s) {
    return new SegmentSealed(
        s.epoch(),
        s.timeline(),
        s.from(),
        s.through(),
        s.firstCommit(),
        s.lastCommit(),
        s.earliestTime(),
        s.latestTime(),
        s.coveredAt(),
        s.transactions(),
        s.changes(),
        List.of());
  }

  private static SegmentSealed fold(SegmentSealed a, SegmentSealed b) {
    return new SegmentSealed(
        a.epoch(),
        a.timeline(),
        a.from(),
        b.through(),
        a.firstCommit().or(b::firstCommit),
        b.lastCommit().or(a::lastCommit),
        merge(a.earliestTime(), b.earliestTime(), (x, y) -> x.isBefore(y) ? x : y),
        merge(a.latestTime(), b.latestTime(), (x, y) -> x.isAfter(y) ? x : y),
        // What was covered earlier is covered still, also when the worker's clock was set back.
        a.coveredAt().isAfter(b.coveredAt()) ? a.coveredAt() : b.coveredAt(),
        a.transactions() + b.transactions(),
        a.changes() + b.changes(),
        List.of());
  }

  private static Optional<Instant> merge(
      Optional<Instant> a, Optional<Instant> b, BinaryOperator<Instant> choose) {
    return a.isPresent() && b.isPresent()
        ? Optional.of(choose.apply(a.get(), b.get()))
        : a.or(() -> b);
  }
}
