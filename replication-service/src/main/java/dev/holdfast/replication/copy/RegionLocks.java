/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.lock.LockExtension;
import dev.holdfast.vault.lock.LockStanding;
import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Keeps one source's objects in one region locked for as long as recovery points need them. That it
 * fails is shown, and holds up no copy. Used by one thread at a time; {@link #standing} by any.
 */
final class RegionLocks {

  private static final Logger LOG = Logger.getLogger(RegionLocks.class);

  /** Dates move in steps of a quarter of the retention: an hour is early enough for all of them. */
  static final Duration EVERY = Duration.ofHours(1);

  private final SourceId source;
  private final Region region;
  private final InstantSource clock;
  private final Optional<LockExtension> extension;
  private Optional<Instant> last = Optional.empty();
  private final Map<StrategyId, Duration> asked = new ConcurrentHashMap<>();
  private volatile String standing = "not looked at yet";

  RegionLocks(SourceId source, Region region, InstantSource clock) {
    this.source = source;
    this.region = region;
    this.clock = clock;
    this.extension =
        region.lock().map(settings -> new LockExtension(region.store(), source, settings));
  }

  /** For people: how the region protects this source's objects from deletion. */
  String standing() {
    return standing;
  }

  /**
   * How long a strategy wants recovery points to stay restorable, at least; where the region says
   * longer, that holds. Heeded at the next look.
   *
   * @param retention empty: the strategy says nothing any more; what is locked stays locked
   */
  void ask(StrategyId strategy, Optional<Duration> retention) {
    retention.ifPresentOrElse(least -> asked.put(strategy, least), () -> asked.remove(strategy));
  }

  /** Learns a manifest that the region has, in order; the first begins anew. */
  void learn(Manifest manifest) {
    extension.ifPresent(locks -> locks.learn(manifest));
  }

  /**
   * Makes locks longer, once an hour.
   *
   * @param chain to read the manifests again that name the objects
   */
  void extend(VaultReader chain) {
    Instant now = clock.instant();
    if (last.filter(at -> now.isBefore(at.plus(EVERY))).isPresent()) {
      return;
    }
    last = Optional.of(now);
    String before = standing;
    try {
      LockStanding is = LockStanding.of(region.store(), region.lock());
      standing = is.meaning();
      if (is == LockStanding.LOCKED) {
        extension.ifPresent(
            locks ->
                locks.keepAtLeast(
                    asked.values().stream().max(Duration::compareTo).orElse(Duration.ZERO)));
        extension
            .map(locks -> locks.extend(chain, now))
            .ifPresent(outcome -> standing = told(outcome));
      }
      if (!standing.equals(before) && is != LockStanding.LOCKED) {
        LOG.warnf("objects of source %s in %s are %s", source, region.id(), standing);
      }
    } catch (StoreException | VaultException e) {
      standing = "locks cannot be made longer: " + e.getMessage();
      LOG.warnf("source %s in %s: %s", source, region.id(), standing);
    }
  }

  private String told(LockExtension.Outcome outcome) {
    return switch (outcome) {
      case LockExtension.Outcome.NoLock none -> LockStanding.NONE.meaning();
      case LockExtension.Outcome.Done done -> {
        if (done.extended() > 0) {
          LOG.infof(
              "%d locks of source %s in %s were made longer", done.extended(), source, region.id());
        }
        yield LockStanding.LOCKED.meaning()
            + done.until().map(until -> ", the newest point until " + until).orElse("");
      }
    };
  }
}
