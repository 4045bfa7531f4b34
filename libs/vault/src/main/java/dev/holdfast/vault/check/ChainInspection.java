/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.check.DocumentInspection.Place;
import dev.holdfast.vault.check.DocumentInspection.Place.Spoiled;
import dev.holdfast.vault.check.DocumentInspection.Place.Taken;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks a chain from its first manifest to its last, and goes on behind whatever is damaged. One
 * walk; to be used by one thread.
 */
final class ChainInspection {

  private static final int PAGE = 4096;

  private final ObjectStore store;
  private final SourceId source;
  private final DocumentInspection documents;
  private final PackedManifests packs;
  private final ReadData depth;
  private final Findings findings;
  private final List<Anchor> anchors;

  private long next = 1;
  private long end;
  private long manifests;
  private boolean whole = true;
  private @Nullable Taken last;
  private final List<Finding> gaps = new ArrayList<>();

  /** Anchors whose manifest's place is not empty. */
  private final Set<Anchor> found = new HashSet<>();

  /** Manifests that are others than they must be, and why. */
  private final SortedMap<Long, String> strangers = new TreeMap<>();

  /** Numbers of manifests that do not carry the hash of the one before. */
  private final List<Long> breaks = new ArrayList<>();

  ChainInspection(
      ObjectStore store,
      SourceId source,
      DocumentInspection documents,
      PackedManifests packs,
      ReadData depth,
      Findings findings,
      List<Anchor> anchors) {
    this.store = store;
    this.source = source;
    this.documents = documents;
    this.packs = packs;
    this.depth = depth;
    this.findings = findings;
    this.anchors = anchors;
  }

  /**
   * @param each is handed every good manifest, in order
   * @param seen is told the bytes of the objects that were looked at
   */
  void walk(Parallel parallel, Consumer<Taken> each, LongConsumer seen) {
    Optional<ObjectKey> after = Optional.empty();
    ObjectPage page;
    do {
      page = ObjectPage.of(store, VaultLayout.chainPrefix(source), after, PAGE);
      TreeMap<Long, Long> sizes = new TreeMap<>();
      for (ObjectStore.Stat stat : page.objects()) {
        VaultLayout.manifestNumber(stat.key())
            .ifPresentOrElse(
                number -> sizes.put(number, stat.size()), () -> documents.other(stat.key()));
        after = Optional.of(stat.key());
      }
      for (Place place : read(sizes, parallel)) {
        visit(place, each);
      }
      seen.accept(page.objects().stream().mapToLong(ObjectStore.Stat::size).sum());
    } while (page.more());
    findStrangers();
    strangers.forEach(
        (number, why) -> findings.add(Finding.damage(Tampering.REPLACED, manifest(number), why)));
    checkAnchors();
  }

  /** The newest good manifest. */
  Optional<SourceOutline.Head> head() {
    return Optional.ofNullable(last)
        .map(
            taken -> new SourceOutline.Head(taken.number(), taken.manifest().at(), taken.sha256()));
  }

  /** How many are good. */
  long manifests() {
    return manifests;
  }

  /** Whether every manifest from the first to the newest that anybody knows could be read. */
  boolean whole() {
    return whole;
  }

  /**
   * Manifests of a page, whose objects have so many bytes. What is not to be read in its place is
   * taken from a pack where the object has that size.
   */
  private List<Place> read(SortedMap<Long, Long> sizes, Parallel parallel) {
    Map<Long, PackedManifests.One> packed =
        sizes.keySet().stream().allMatch(number -> depth.wants(manifest(number)))
            ? Map.of()
            : packs.of(sizes.firstKey(), sizes.lastKey(), parallel);
    Place[] places = new Place[sizes.size()];
    int next = 0;
    for (Map.Entry<Long, Long> each : sizes.entrySet()) {
      long number = each.getKey();
      int index = next++;
      PackedManifests.One one = packed.get(number);
      if (one != null && one.size() == each.getValue() && !depth.wants(manifest(number))) {
        places[index] = one.place();
      } else {
        parallel.run(() -> places[index] = documents.manifest(source, number));
      }
    }
    parallel.await();
    return List.of(places);
  }

  private void visit(Place place, Consumer<Taken> each) {
    if (place.number() > next && gaps.size() < Findings.MOST) {
      gaps.add(
          Finding.damage(
              Tampering.MISSING,
              VaultLayout.manifest(source, next),
              place.number() == next + 1
                  ? ""
                  : "and all others up to number " + (place.number() - 1)));
    }
    next = place.number() + 1;
    end = place instanceof Spoiled spoiled && !spoiled.real() ? end : place.number();
    anchors.stream().filter(anchor -> anchor.number() == place.number()).forEach(found::add);
    switch (place) {
      case Taken taken -> {
        confirmGaps();
        checkLink(taken);
        last = taken;
        manifests++;
        each.accept(taken);
      }
      case Spoiled spoiled -> {
        whole = false;
        if (spoiled.real()) {
          confirmGaps();
        }
      }
    }
  }

  /** What somebody put behind the chain's end does not make a gap of all before it. */
  private void confirmGaps() {
    whole &= gaps.isEmpty();
    gaps.forEach(findings::add);
    gaps.clear();
  }

  private void checkLink(Taken taken) {
    String previous = taken.manifest().previous();
    boolean broken =
        taken.number() == 1
            ? !previous.equals(Sha256.ZERO)
            : last != null
                && last.number() == taken.number() - 1
                && !previous.equals(last.sha256());
    if (broken && breaks.size() < Findings.MOST) {
      breaks.add(taken.number());
    }
    for (Anchor anchor : anchors) {
      if (anchor.number() == taken.number()
          && anchor.sha256().filter(known -> !known.equals(taken.sha256())).isPresent()) {
        strangers.put(taken.number(), "it is another one than " + anchor.name() + " knows");
      }
    }
  }

  /**
   * Which manifests broken links point to. One that fits neither what is before nor what is after
   * is the stranger. Of two that do not fit each other, the later one is when it is the newest;
   * else what follows the earlier one vouches for the later.
   */
  private void findStrangers() {
    for (int i = 0; i < breaks.size(); i++) {
      long later = breaks.get(i);
      boolean both = i + 1 < breaks.size() && breaks.get(i + 1) == later + 1;
      if (later == 1) {
        strangers.putIfAbsent(later, "it names one before it");
      } else if (both) {
        strangers.putIfAbsent(later, "it fits neither the one before nor the next");
        i++;
      } else {
        boolean newest = last != null && last.number() == later;
        strangers.putIfAbsent(
            newest ? later : later - 1,
            "manifest " + later + " does not carry the hash of manifest " + (later - 1));
      }
    }
  }

  private void checkAnchors() {
    for (Anchor anchor : anchors) {
      if (anchor.number() > end && !found.contains(anchor)) {
        whole = false;
        ObjectKey key = manifest(end + 1);
        String detail = anchor.name() + " knows manifest " + anchor.number();
        findings.add(
            anchor.grace()
                ? Finding.note(Tampering.BEHIND, key, detail)
                : Finding.damage(Tampering.ROLLED_BACK, key, detail));
      }
    }
  }

  private ObjectKey manifest(long number) {
    return VaultLayout.manifest(source, number);
  }
}
