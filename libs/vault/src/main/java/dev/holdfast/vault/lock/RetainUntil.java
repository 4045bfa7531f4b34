/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.lock;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.EpochOpened;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.ChainEntry.TimelineSwitched;
import dev.holdfast.vault.chain.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rule that says until when an object must stay: <em>the time of the last recovery point that
 * needs it, and the retention after that</em>. So every point stays restorable for the whole
 * retention, however old the base is that it builds on.
 *
 * <ul>
 *   <li>A base is needed by the points after it, up to the moment the next base is sealed.
 *   <li>A segment is needed by the points after it, up to the moment a base is sealed that contains
 *       its changes.
 *   <li>So are recorded definitions and table bases.
 *   <li>Manifests, key objects and whatever else opens the vault are needed by every point.
 *   <li>What no base has replaced yet is needed by the newest point, and so moves on with it.
 * </ul>
 *
 * Learns a chain in order; not thread-safe.
 */
public final class RetainUntil {

  private final Duration retention;
  private final List<Base> bases = new ArrayList<>();
  private Instant newest = Instant.MIN;
  private long through;

  /** Where a base stands, and since when points build on it. */
  private record Base(long manifest, int epoch, int timeline, Lsn position, Instant sealedAt) {

    boolean contains(SegmentSealed segment) {
      return contains(segment.epoch(), segment.timeline(), segment.through());
    }

    boolean contains(int itsEpoch, Position position) {
      return contains(itsEpoch, position.timeline(), position.lsn());
    }

    private boolean contains(int itsEpoch, int itsTimeline, Lsn end) {
      return epoch > itsEpoch
          || (epoch == itsEpoch
              && (timeline > itsTimeline || (timeline == itsTimeline && !end.isAfter(position))));
    }
  }

  public RetainUntil(Duration retention) {
    this.retention = retention;
  }

  /** The rule as it was: for telling what has changed since. */
  RetainUntil copy() {
    return lasting(retention);
  }

  /** What was learned, under another retention. */
  RetainUntil lasting(Duration other) {
    RetainUntil copy = new RetainUntil(other);
    copy.bases.addAll(bases);
    copy.newest = newest;
    copy.through = through;
    return copy;
  }

  /** Number of the last manifest learned; 0 for none. */
  public long through() {
    return through;
  }

  /** Learns the next manifest of the chain. */
  public void learn(Manifest manifest) {
    if (manifest.number() <= through) {
      throw new IllegalArgumentException(
          "manifest " + manifest.number() + " comes after " + through + ": a chain has an order");
    }
    through = manifest.number();
    switch (manifest.entry()) {
      case BaseSealed base -> {
        bases.add(
            new Base(
                manifest.number(),
                base.epoch(),
                base.position().timeline(),
                base.position().lsn(),
                manifest.at()));
        point(base.snapshotAt());
      }
      case SegmentSealed segment -> point(segment.coveredAt());
      case EpochOpened opened -> {}
      case HoleRecorded hole -> {}
      case TimelineSwitched switched -> {}
      case SchemaRecorded schema -> {}
      case TablesLost lost -> {}
      case RestorePoint point -> {}
      // The points that need it are those of the segments after it.
      case TableBaseSealed base -> {}
    }
  }

  private void point(Instant at) {
    if (at.isAfter(newest)) {
      newest = at;
    }
  }

  /** For manifests, key objects and marker; empty when no point is left in the window. */
  public Optional<Instant> ofChain(Instant now) {
    return newest.equals(Instant.MIN) ? Optional.empty() : kept(newest, now);
  }

  /** For the objects that {@code manifest} names; empty when no point in the window needs them. */
  public Optional<Instant> ofObjects(Manifest manifest, Instant now) {
    return switch (manifest.entry()) {
      case BaseSealed base ->
          kept(
              bases.stream()
                  .filter(next -> next.manifest() > manifest.number())
                  .findFirst()
                  .map(Base::sealedAt)
                  .orElse(newest),
              now);
      case SegmentSealed segment ->
          kept(
              bases.stream()
                  .filter(base -> base.contains(segment))
                  .findFirst()
                  .map(Base::sealedAt)
                  .orElse(newest),
              now);
      case EpochOpened opened -> Optional.empty();
      case HoleRecorded hole -> Optional.empty();
      case TimelineSwitched switched -> Optional.empty();
      case TablesLost lost -> Optional.empty();
      case RestorePoint point -> Optional.empty();
      case SchemaRecorded schema -> kept(untilContained(schema.epoch(), schema.position()), now);
      case TableBaseSealed base -> kept(untilContained(base.epoch(), base.position()), now);
    };
  }

  /** When a base was sealed that makes what stands at {@code position} needless. */
  private Instant untilContained(int epoch, Position position) {
    return bases.stream()
        .filter(base -> base.contains(epoch, position))
        .findFirst()
        .map(Base::sealedAt)
        .orElse(newest);
  }

  private Optional<Instant> kept(Instant lastPoint, Instant now) {
    Instant until = lastPoint.plus(retention);
    return until.isAfter(now) ? Optional.of(until) : Optional.empty();
  }
}
