/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.events.ReplicationEvent.ObjectHealed;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultCopier;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;

/**
 * One source's chain in one region, taken from the last verified manifest to the newest. Objects
 * come before the manifest that names them, so that the region never shows a manifest whose objects
 * are missing. In the primary region, where workers write, the same walk reads back what they wrote
 * and fills in what got lost. Used by one thread at a time; {@link #standing} by any.
 */
final class RegionCopy {

  private static final Logger LOG = Logger.getLogger(RegionCopy.class);

  /** Indexes are written once an hour. */
  private static final Duration INDEXES_EVERY = Duration.ofMinutes(10);

  /** What an hour and a day of manifests stay well below: indexes before it are there. */
  private static final long INDEXED_BEFORE = 100_000;

  /** Manifests that are read in one go. */
  private static final int BATCH = 200;

  private final SourceId source;
  private final Region region;
  private final Vault vault;
  private final int parallel;
  private final Facts facts;
  private final InstantSource clock;

  private final RegionLocks locks;
  private final RegionHolds holds;
  private ChainOutline outline;
  private PresentObjects present;
  private final Set<String> keys = new HashSet<>();

  /** Manifests up to here were verified by an earlier walk: names and sizes are enough. */
  private long provenBefore;

  /** What was told of the region before; less is told only when something was lost. */
  private long told;

  /** When indexes were copied last; none since the last comparison. */
  private Optional<Instant> indexesCopied = Optional.empty();

  /** What was copied since the last report. */
  private Step untold = NOTHING;

  private volatile RegionStanding standing = RegionStanding.UNKNOWN;

  /**
   * The vault as this region's copy sees it.
   *
   * @param all every copy, to learn what there is to copy
   * @param others every copy but this region's; empty when there is one region only
   * @param into writes to the region, from the others
   * @param own the region alone: the newest manifest that it shows
   * @param regionOf the region that a store is of
   */
  record Vault(
      VaultReader all,
      Optional<VaultReader> others,
      VaultCopier into,
      ToLongFunction<SourceId> own,
      Function<ObjectStore, RegionId> regionOf) {}

  /** What one step added. */
  private record Step(long objects, long bytes) {
    Step with(Step other) {
      return new Step(objects + other.objects, bytes + other.bytes);
    }
  }

  private static final Step NOTHING = new Step(0, 0);

  RegionCopy(
      SourceId source, Region region, Vault vault, int parallel, Facts facts, InstantSource clock) {
    this.source = source;
    this.region = region;
    this.vault = vault;
    this.parallel = parallel;
    this.facts = facts;
    this.clock = clock;
    this.outline = new ChainOutline(source);
    this.present = new PresentObjects(region.store());
    this.locks = new RegionLocks(source, region, clock);
    this.holds = new RegionHolds(source, region, clock);
  }

  RegionStanding standing() {
    return standing;
  }

  /** For people: how the region protects this source's objects from deletion. */
  String lockStanding() {
    return holds.standing().isEmpty()
        ? locks.standing()
        : locks.standing() + "; " + holds.standing();
  }

  void keepLocked(StrategyId strategy, Optional<Duration> retention) {
    locks.ask(strategy, retention);
  }

  /**
   * Begins again at the first manifest: the whole listing is compared with what the chain names.
   */
  void compare() {
    vault.into().begin();
    vault.into().tidy(source, clock.instant());
    // A manifest comes last, and only after its objects were read back: who has it was verified.
    provenBefore = region.primary() ? provenInPrimary() : vault.own().applyAsLong(source);
    told = Math.max(outline.through(), provenBefore);
    outline = new ChainOutline(source);
    present = new PresentObjects(region.store());
    keys.clear();
    indexesCopied = Optional.empty();
    vault.all().forgetReplacements(source);
    for (VaultCopier.Refused refused : vault.into().copyUnnamed(source)) {
      LOG.warnf(
          "%s of source %s is not copied to %s: %s",
          refused.document(), source, region.id(), refused.reason());
    }
  }

  /**
   * What the primary holds was verified as far as this process has walked, or another region has
   * it. When no other region answers, what the primary holds is read back.
   */
  private long provenInPrimary() {
    long elsewhere = 0;
    if (vault.others().isPresent()) {
      try {
        elsewhere = vault.others().get().head(source);
      } catch (StoreException e) {
        LOG.infof(
            "no region but %s answers; what source %s has there is read back: %s",
            region.id(), source, e.getMessage());
      }
    }
    return Math.max(outline.through(), elsewhere);
  }

  /** Whether the region no longer shows manifests that were verified in it. */
  boolean lostSome() {
    return vault.own().applyAsLong(source) < outline.through();
  }

  /** Says how far the region really is, when that is less than what was told before. */
  void tellSetback() {
    if (outline.through() < told) {
      report();
    }
  }

  /** Says how far the region is, when that is more than what was told before. */
  void tellProgress() {
    if (outline.through() > told) {
      report();
    }
  }

  /** Learns what there is to copy. */
  void look() {
    standing = standing.withHead(vault.all().head(source));
  }

  /** Goes on to the newest manifest that {@link #look} saw; returns when the region has it. */
  void catchUp() throws InterruptedException {
    long head = standing.head();
    while (outline.through() < head) {
      for (Manifest manifest : vault.all().chain(source, outline.through(), BATCH)) {
        untold = untold.with(take(manifest));
        outline.add(manifest);
        locks.learn(manifest);
      }
      // Told in stages, but not what is known from before.
      if (outline.through() >= Math.min(told, head)) {
        report();
      }
    }
  }

  /**
   * Keeps what recovery points need locked, and what legal holds need held; nothing waits for it.
   */
  void extendLocks() {
    locks.extend(vault.all());
    holds.keep(vault.all());
  }

  /** Brings over what makes the chain quick to open; nothing waits for it. */
  void copyIndexes() {
    Instant now = clock.instant();
    if (indexesCopied.filter(last -> now.isBefore(last.plus(INDEXES_EVERY))).isPresent()) {
      return;
    }
    long from = indexesCopied.isEmpty() ? 1 : Math.max(1, outline.through() - INDEXED_BEFORE);
    vault.into().copyIndexes(source, from);
    indexesCopied = Optional.of(now);
  }

  private void report() {
    told = outline.through();
    Optional<Instant> coveredAt = outline.coveredAt();
    Instant now = clock.instant();
    standing =
        new RegionStanding(told, Math.max(standing.head(), told), coveredAt, Optional.of(now));
    facts.say(
        new RegionVerified(
            source, region.id(), told, coveredAt, untold.objects(), untold.bytes(), now));
    untold = NOTHING;
  }

  private Step take(Manifest manifest) throws InterruptedException {
    boolean proven = manifest.number() <= provenBefore;
    List<ObjectRef> objects = vault.all().objectsOf(manifest);
    for (ObjectRef object : objects) {
      if (!keys.contains(object.dataKey())) {
        at(
            VaultLayout.keyObject(source, object.dataKey()),
            () -> vault.into().copyKey(source, object.dataKey()));
        keys.add(object.dataKey());
      }
    }
    AtomicLong copied = new AtomicLong();
    List<ObjectRef> missing =
        proven ? objects.stream().filter(object -> !present.has(object)).toList() : objects;
    each(
        missing,
        object -> {
          if (region.primary() && !proven) {
            readBack(object);
            return;
          }
          ObjectStore from = vault.into().copy(object);
          copied.addAndGet(object.size());
          if (proven) {
            healed(object.key(), from);
          }
        });
    ObjectKey name = VaultLayout.manifest(source, manifest.number());
    at(name, () -> vault.into().copyManifest(source, manifest.number()));
    return new Step(objects.size() + 1L, copied.get());
  }

  /** In the primary the worker has written the object; only what got lost since is copied. */
  private void readBack(ObjectRef object) {
    try {
      vault.into().check(object);
    } catch (VaultException e) {
      if (e.reason() != VaultException.Reason.MISSING || vault.others().isEmpty()) {
        throw e;
      }
      healed(object.key(), vault.into().copy(object));
    }
  }

  private void healed(ObjectKey object, ObjectStore from) {
    facts.say(
        new ObjectHealed(
            source, region.id(), vault.regionOf().apply(from), object.value(), clock.instant()));
  }

  private void at(ObjectKey object, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      throw new CopyException(object, e);
    }
  }

  private interface Work {
    void on(ObjectRef object);
  }

  /**
   * Works on all objects, a few side by side; the first failure is thrown when none is under way.
   */
  private void each(List<ObjectRef> objects, Work work) throws InterruptedException {
    if (objects.size() == 1) {
      at(objects.getFirst().key(), () -> work.on(objects.getFirst()));
      return;
    }
    Semaphore places = new Semaphore(parallel);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> running =
          objects.stream().map(object -> threads.submit(task(places, object, work))).toList();
      try {
        for (Future<Void> each : running) {
          each.get();
        }
      } catch (ExecutionException e) {
        threads.shutdownNow();
        // Tasks throw nothing else.
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw (RuntimeException) Objects.requireNonNull(e.getCause());
      } catch (InterruptedException e) {
        threads.shutdownNow();
        throw e;
      }
    }
  }

  private Callable<Void> task(Semaphore places, ObjectRef object, Work work) {
    return () -> {
      try {
        places.acquire();
      } catch (InterruptedException e) {
        throw new CopyException(object.key(), e);
      }
      try {
        at(object.key(), () -> work.on(object));
      } finally {
        places.release();
      }
      return null;
    };
  }
}
