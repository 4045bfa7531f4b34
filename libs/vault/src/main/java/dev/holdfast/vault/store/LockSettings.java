/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * How objects of a region are locked when they are put.
 *
 * @param retention how long a recovery point stays restorable, at least
 * @param bySource other durations for single sources
 */
public record LockSettings(
    ObjectLocks.Mode mode, Duration retention, Map<SourceId, Duration> bySource) {

  /** So that a rounded date never differs by moments only. */
  private static final Duration SHORTEST_STEP = Duration.ofMinutes(1);

  public LockSettings {
    bySource = Map.copyOf(bySource);
    check(retention);
    bySource.values().forEach(LockSettings::check);
  }

  private static void check(Duration retention) {
    if (retention.compareTo(Duration.ofMinutes(1)) < 0) {
      throw new IllegalArgumentException(
          "lock retention " + retention + " must be at least a minute");
    }
    if (retention.compareTo(Duration.ofDays(36_500)) > 0) {
      throw new IllegalArgumentException(
          "lock retention " + retention + " must be at most 36500 days: nobody could take it back");
    }
  }

  public Duration retentionOf(SourceId source) {
    return bySource.getOrDefault(source, retention);
  }

  private Duration retentionOf(Optional<SourceId> source) {
    return source.map(this::retentionOf).orElse(retention);
  }

  /** The lock of an object that is put now. */
  public ObjectLocks.Retention forNew(ObjectKey key, Instant now) {
    Duration kept = retentionOf(VaultLayout.sourceOf(key));
    return new ObjectLocks.Retention(mode, roundedUp(now.plus(kept), kept));
  }

  /**
   * Dates move in steps of a quarter of the retention: so an object's lock has to be made longer a
   * few times only, not at every look.
   */
  public static Instant roundedUp(Instant until, Duration retention) {
    long step = Math.max(retention.dividedBy(4).toSeconds(), SHORTEST_STEP.toSeconds());
    long seconds = until.getEpochSecond() + (until.getNano() > 0 ? 1 : 0);
    return Instant.ofEpochSecond(Math.ceilDiv(seconds, step) * step);
  }
}
