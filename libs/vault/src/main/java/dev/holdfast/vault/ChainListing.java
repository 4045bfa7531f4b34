/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.LongConsumer;

/** Finds sources and manifests of one store with as few listings as possible. */
final class ChainListing {

  /** What one listing yields at most in S3. */
  private static final long PAGE = 1000;

  /** Ends a listing early; carries nothing. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Enough() {
      super(null, null, false, false);
    }
  }

  private ChainListing() {}

  /**
   * The highest number of a chain; 0 when there is no manifest. Takes a logarithmic number of
   * listings, and is right also where manifests are missing in between.
   */
  static long head(ObjectStore store, SourceId source) {
    long low = 0;
    long step = PAGE;
    while (anyAfter(store, source, low + step)) {
      low += step;
      step *= 2;
    }
    long high = low + step;
    // Something may come after low; nothing comes after high.
    while (high - low > PAGE) {
      long middle = low + (high - low) / 2;
      if (anyAfter(store, source, middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    long[] newest = {0};
    numbers(store, source, low, number -> newest[0] = Math.max(newest[0], number));
    return newest[0];
  }

  /** The numbers of a chain that are greater than {@code after}, in order. */
  static void numbers(ObjectStore store, SourceId source, long after, LongConsumer each) {
    store.list(
        VaultLayout.chainPrefix(source),
        startAfter(source, after),
        stat -> VaultLayout.manifestNumber(stat.key()).ifPresent(each));
  }

  /** The first {@code limit} of those numbers. */
  static void numbers(
      ObjectStore store, SourceId source, long after, int limit, LongConsumer each) {
    int[] left = {limit};
    try {
      numbers(
          store,
          source,
          after,
          number -> {
            if (left[0]-- == 0) {
              throw new Enough();
            }
            each.accept(number);
          });
    } catch (Enough early) {
      // the rest is not wanted
    }
  }

  /** Sources that have a chain. */
  static List<SourceId> sources(ObjectStore store) {
    List<SourceId> sources = new ArrayList<>();
    Optional<ObjectKey> after = Optional.empty();
    while (true) {
      Optional<SourceId> next =
          first(store, VaultLayout.SOURCES, after, stat -> VaultLayout.sourceOf(stat.key()));
      if (next.isEmpty()) {
        return List.copyOf(new TreeSet<>(sources));
      }
      if (anyAfter(store, next.get(), 0)) {
        sources.add(next.get());
      }
      // Sorts behind everything that a source has.
      after = Optional.of(new ObjectKey(VaultLayout.sourcePrefix(next.get()) + "zzzz"));
    }
  }

  private static boolean anyAfter(ObjectStore store, SourceId source, long number) {
    return first(
            store,
            VaultLayout.chainPrefix(source),
            startAfter(source, number),
            stat -> {
              OptionalLong found = VaultLayout.manifestNumber(stat.key());
              return found.isPresent() ? Optional.of(found.getAsLong()) : Optional.empty();
            })
        .isPresent();
  }

  /** The first thing that {@code find} makes of a listing, without reading on. */
  private static <T> Optional<T> first(
      ObjectStore store,
      String prefix,
      Optional<ObjectKey> startAfter,
      Function<Stat, Optional<T>> find) {
    List<T> found = new ArrayList<>(1);
    try {
      store.list(
          prefix,
          startAfter,
          stat -> {
            find.apply(stat).ifPresent(found::add);
            if (!found.isEmpty()) {
              throw new Enough();
            }
          });
    } catch (Enough early) {
      return Optional.of(found.getFirst());
    }
    return Optional.empty();
  }

  private static Optional<ObjectKey> startAfter(SourceId source, long number) {
    return number == 0 ? Optional.empty() : Optional.of(VaultLayout.manifest(source, number));
  }
}
