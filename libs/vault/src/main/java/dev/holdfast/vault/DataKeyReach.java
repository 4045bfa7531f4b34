/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.SourceId;
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
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What somebody who has a data key can read, as far as the chain knows.
 *
 * @param manifests numbers of the manifests that name such objects
 * @param objects every object that was encrypted under it, in order of the chain
 * @param open those of them that nothing replaces yet
 * @param ranges changes between these LSNs, per timeline
 * @param bases ids of base snapshots, of which one object is enough to be named
 * @param inUse the newest objects are encrypted under it: the worker may go on using it
 */
public record DataKeyReach(
    SourceId source,
    String dataKey,
    List<Long> manifests,
    List<ObjectRef> objects,
    List<ObjectRef> open,
    Map<Integer, Range> ranges,
    Optional<Instant> earliest,
    Optional<Instant> latest,
    List<String> bases,
    boolean inUse) {

  /** Changes with a commit end in ({@code from}, {@code through}]. */
  public record Range(Lsn from, Lsn through) {
    Range with(Range other) {
      return new Range(
          from.isBefore(other.from) ? from : other.from,
          through.isBefore(other.through) ? other.through : through);
    }
  }

  /** What one place holds of it. */
  public record Stored(long objects, long bytes) {}

  /** Manifests that are read in one go. */
  private static final int BATCH = 500;

  public DataKeyReach {
    manifests = List.copyOf(manifests);
    objects = List.copyOf(objects);
    open = List.copyOf(open);
    ranges = Map.copyOf(ranges);
    bases = List.copyOf(bases);
  }

  /** Reads the whole chain; needs no private key. */
  public static DataKeyReach of(VaultReader vault, SourceId source, String dataKey) {
    Walk walk = new Walk(vault, dataKey);
    long after = 0;
    List<Manifest> part;
    do {
      part = vault.chain(source, after, BATCH);
      for (Manifest manifest : part) {
        walk.on(manifest);
        after = manifest.number();
      }
    } while (part.size() == BATCH);
    return new DataKeyReach(
        source,
        dataKey,
        walk.manifests,
        walk.objects,
        walk.open,
        walk.ranges,
        walk.earliest,
        walk.latest,
        walk.bases,
        walk.newestHasIt);
  }

  public long bytes() {
    return objects.stream().mapToLong(ObjectRef::size).sum();
  }

  /** How much of it is still stored in one place: replaced or not, until it is deleted. */
  public Stored in(ObjectStore store) {
    Set<ObjectKey> names = new HashSet<>();
    objects.forEach(object -> names.add(object.key()));
    long[] found = {0, 0};
    if (!names.isEmpty()) {
      store.list(
          VaultLayout.dataPrefix(source),
          Optional.empty(),
          stat -> {
            if (names.contains(stat.key())) {
              found[0]++;
              found[1] += stat.size();
            }
          });
    }
    return new Stored(found[0], found[1]);
  }

  private static final class Walk {
    final VaultReader vault;
    final String dataKey;
    final List<Long> manifests = new ArrayList<>();
    final List<ObjectRef> objects = new ArrayList<>();
    final List<ObjectRef> open = new ArrayList<>();
    final Map<Integer, Range> ranges = new TreeMap<>();
    final List<String> bases = new ArrayList<>();
    Optional<Instant> earliest = Optional.empty();
    Optional<Instant> latest = Optional.empty();
    boolean newestHasIt;

    Walk(VaultReader vault, String dataKey) {
      this.vault = vault;
      this.dataKey = dataKey;
    }

    void on(Manifest manifest) {
      boolean reached = false;
      for (ObjectRef named : VaultLayout.objectsOf(manifest)) {
        newestHasIt = named.dataKey().equals(dataKey);
        ObjectRef current = vault.current(named);
        if (current.dataKey().equals(dataKey)) {
          open.add(current);
        }
        if (named.dataKey().equals(dataKey)) {
          objects.add(named);
          reached = true;
        } else if (current.dataKey().equals(dataKey)) {
          objects.add(current);
          reached = true;
        }
      }
      if (reached) {
        manifests.add(manifest.number());
        reach(manifest);
      }
    }

    private void reach(Manifest manifest) {
      switch (manifest.entry()) {
        case SegmentSealed segment -> {
          ranges.merge(
              segment.timeline(), new Range(segment.from(), segment.through()), Range::with);
          segment.earliestTime().ifPresent(this::time);
          segment.latestTime().ifPresent(this::time);
        }
        case BaseSealed base -> {
          bases.add(base.base());
          time(base.snapshotAt());
        }
        case EpochOpened opened -> {}
        case HoleRecorded hole -> {}
        case TimelineSwitched switched -> {}
        case SchemaRecorded schema -> time(schema.at());
        case TablesLost lost -> {}
        case RestorePoint point -> {}
        case TableBaseSealed base -> {
          bases.add(base.base());
          time(base.snapshotAt());
        }
      }
    }

    private void time(Instant at) {
      earliest = Optional.of(earliest.filter(it -> it.isBefore(at)).orElse(at));
      latest = Optional.of(latest.filter(it -> it.isAfter(at)).orElse(at));
    }
  }
}
