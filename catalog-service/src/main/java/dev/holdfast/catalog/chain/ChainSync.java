/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.chain;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.StoreException;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Reads chains from the vault into the catalog. Blocking; used by one thread at a time. The first
 * region is asked first; another one is asked when it cannot be read, or does not hold what was
 * announced.
 */
class ChainSync {

  private static final Logger LOG = Logger.getLogger(ChainSync.class);

  /** Manifests added per transaction. */
  private static final int BATCH = 500;

  private final ChainProjection projection;
  private final List<VaultRegion> regions;
  private final Consumer<SourceId> grown;
  private final InstantSource clock;
  private final Map<SourceId, SyncStatus> statuses = new ConcurrentHashMap<>();

  /**
   * @param grown told of a source after its chain has changed in the catalog
   */
  ChainSync(
      ChainProjection projection,
      List<VaultRegion> regions,
      Consumer<SourceId> grown,
      InstantSource clock) {
    this.projection = projection;
    this.regions = List.copyOf(regions);
    this.grown = grown;
    this.clock = clock;
  }

  Map<SourceId, SyncStatus> statuses() {
    return Map.copyOf(statuses);
  }

  /** Sources that any readable region holds. */
  TreeSet<SourceId> sources() {
    TreeSet<SourceId> sources = new TreeSet<>();
    Map<RegionId, String> problems = new HashMap<>();
    for (VaultRegion region : regions) {
      read(region, problems, () -> sources.addAll(region.sources()));
    }
    return sources;
  }

  void know(SourceId source) {
    await(() -> projection.know(source));
    statuses.putIfAbsent(source, SyncStatus.NOT_YET);
  }

  /**
   * Adds what the catalog lacks of the source's chain.
   *
   * @param announced number of a manifest that is known to exist
   */
  void catchUp(SourceId source, long announced) {
    know(source);
    Map<RegionId, String> problems = new LinkedHashMap<>();
    long head = await(() -> projection.head(source));
    boolean reached = false;
    for (VaultRegion region : regions) {
      long known = head;
      Optional<Long> read = read(region, problems, () -> addAfter(region, source, known));
      head = Math.max(head, read.orElse(0L));
      // A region that ends before the catalog does has lost its tail, or lags: ask the next one.
      if (read.isPresent() && read.get() >= head && head >= announced) {
        reached = true;
        break;
      }
    }
    boolean current = head >= announced && (reached || problems.size() < regions.size());
    report(source, new SyncStatus(Optional.of(clock.instant()), current, Map.copyOf(problems)));
  }

  /** Adds the region's manifests after {@code head}; the region's own head. */
  private long addAfter(VaultRegion region, SourceId source, long head) {
    long end = region.head(source);
    if (end > head) {
      add(source, region.chain(source, head), false);
    }
    return end;
  }

  /** What a rebuild has done to one source. */
  record Rebuilt(SourceId source, RegionId region, long manifests) {}

  /**
   * Forgets the source's chain and reads it anew from the region that holds most of it.
   *
   * @throws RebuildRefusedException when what can be read now is less than what the catalog holds
   */
  Rebuilt rebuild(SourceId source) {
    know(source);
    Map<RegionId, String> problems = new LinkedHashMap<>();
    VaultRegion best = regions.getFirst();
    long most = -1;
    for (VaultRegion region : regions) {
      long end = read(region, problems, () -> region.head(source)).orElse(-1L);
      if (end > most) {
        best = region;
        most = end;
      }
    }
    long head = await(() -> projection.head(source));
    if (most < 0 || (most < head && !problems.isEmpty())) {
      throw new RebuildRefusedException(source, head, Math.max(most, 0), problems);
    }
    // Read before anything is forgotten: a chain that does not verify must not empty the catalog.
    List<Manifest> chain = best.chain(source, 0);
    add(source, chain, true);
    LOG.infof("Rebuilt source %s from %s: %d manifests", source, best.id(), chain.size());
    report(source, new SyncStatus(Optional.of(clock.instant()), true, Map.copyOf(problems)));
    return new Rebuilt(source, best.id(), chain.size());
  }

  private void add(SourceId source, List<Manifest> chain, boolean fresh) {
    if (chain.isEmpty() && fresh) {
      await(() -> projection.apply(source, List.of(), true));
    }
    for (int from = 0; from < chain.size(); from += BATCH) {
      List<Manifest> batch = chain.subList(from, Math.min(chain.size(), from + BATCH));
      boolean first = fresh && from == 0;
      await(() -> projection.apply(source, batch, first));
    }
    grown.accept(source);
  }

  private static <T> Optional<T> read(
      VaultRegion region, Map<RegionId, String> problems, Supplier<T> work) {
    try {
      return Optional.of(work.get());
    } catch (VaultException | StoreException e) {
      problems.put(region.id(), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private void report(SourceId source, SyncStatus status) {
    SyncStatus before = statuses.put(source, status);
    if (before == null || !before.problems().equals(status.problems())) {
      status
          .problems()
          .forEach(
              (region, problem) ->
                  LOG.warnf("Chain of %s cannot be read in %s: %s", source, region, problem));
      if (status.problems().isEmpty() && before != null && !before.problems().isEmpty()) {
        LOG.infof("Chain of %s can be read again", source);
      }
    }
  }

  /** Runs database work on an event loop and waits for it, as a thread that may block. */
  private static <T> T await(Supplier<Uni<T>> work) {
    try {
      return VertxContextSupport.subscribeAndAwait(work);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  List<RegionId> regionIds() {
    List<RegionId> ids = new ArrayList<>();
    regions.forEach(region -> ids.add(region.id()));
    return ids;
  }
}
