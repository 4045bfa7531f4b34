/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
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
import dev.holdfast.vault.store.ObjectStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What one store holds of a source, as its signed chain says; verified as far as signatures and the
 * chain's hashes go.
 *
 * @param firstRead number of the first manifest that was looked at; 0 when there is none
 * @param stored by listing
 */
public record SourceOutline(
    SourceId source,
    Optional<Head> head,
    long firstRead,
    List<Epoch> epochs,
    List<Base> bases,
    List<Definitions> definitions,
    List<TableBase> tableBases,
    List<Point> points,
    Segments segments,
    List<Hole> holes,
    List<Switch> switches,
    StoredTotals stored) {

  /** A long chain passes through memory in parts. */
  private static final int PART = 5_000;

  /** The newest manifest. */
  public record Head(long number, Instant at, String sha256) {}

  /**
   * @param manifest number of the one that opened it
   */
  public record Epoch(int epoch, long manifest, Instant at, Position start) {}

  /**
   * @param objects how many, the index included
   * @param bytes stored
   */
  public record Base(
      long manifest,
      String base,
      Position position,
      Instant snapshotAt,
      int tables,
      long rows,
      int objects,
      long bytes) {}

  /**
   * Definitions were changed.
   *
   * @param recorded whether what they are since is there
   * @param bytes stored
   */
  public record Definitions(
      long manifest, Position position, Instant at, boolean recorded, long bytes) {}

  /**
   * The rows of single tables.
   *
   * @param tables OIDs
   * @param objects how many, the index included
   * @param bytes stored
   */
  public record TableBase(
      long manifest,
      String base,
      Position position,
      Instant snapshotAt,
      List<Long> tables,
      long rows,
      int objects,
      long bytes) {}

  /** A restore point. */
  public record Point(long manifest, PointName name, Position position, Instant at) {}

  /**
   * @param bytes stored
   * @param coveredAt everything committed before was captured; empty without a segment
   */
  public record Segments(
      long segments,
      long bodies,
      long bytes,
      long transactions,
      long changes,
      Optional<Instant> coveredAt) {

    private Segments with(SegmentSealed s, long stored) {
      return new Segments(
          segments + 1,
          bodies + s.bodies().size(),
          bytes + stored,
          transactions + s.transactions(),
          changes + s.changes(),
          Optional.of(s.coveredAt()));
    }
  }

  /** Changes after a position were not captured. */
  public record Hole(long manifest, Position after, Instant at, String reason) {}

  /** A promotion. */
  public record Switch(long manifest, int fromTimeline, int toTimeline, Instant at) {}

  /**
   * @param newest how many manifests at most are read, from the end
   */
  public static SourceOutline of(
      ObjectStore store, VaultReader vault, SourceId source, long newest) {
    Builder built = new Builder(vault);
    long head = VaultReader.headOf(store, source);
    long after = Math.max(0, head - newest);
    long first = head == 0 ? 0 : after + 1;
    List<Manifest> part;
    do {
      part = vault.chain(source, after, PART);
      part.forEach(built::add);
      after = part.isEmpty() ? after : part.getLast().number();
    } while (part.size() == PART);
    return new SourceOutline(
        source,
        built.last.map(
            last -> new Head(last.number(), last.at(), vault.manifestHash(source, last.number()))),
        first,
        List.copyOf(built.epochs),
        List.copyOf(built.bases),
        List.copyOf(built.definitions),
        List.copyOf(built.tableBases),
        List.copyOf(built.points),
        built.segments,
        List.copyOf(built.holes),
        List.copyOf(built.switches),
        StoredTotals.of(store, source));
  }

  private static final class Builder {
    private final VaultReader vault;
    final List<Epoch> epochs = new ArrayList<>();
    final List<Base> bases = new ArrayList<>();
    final List<Definitions> definitions = new ArrayList<>();
    final List<TableBase> tableBases = new ArrayList<>();
    final List<Point> points = new ArrayList<>();
    final List<Hole> holes = new ArrayList<>();
    final List<Switch> switches = new ArrayList<>();
    Segments segments = new Segments(0, 0, 0, 0, 0, Optional.empty());
    Optional<Manifest> last = Optional.empty();

    Builder(VaultReader vault) {
      this.vault = vault;
    }

    /** Bytes of what the manifest names, or of what it was encrypted anew to. */
    private long stored(Manifest manifest) {
      return vault.objectsOf(manifest).stream().mapToLong(ObjectRef::size).sum();
    }

    void add(Manifest manifest) {
      last = Optional.of(manifest);
      long number = manifest.number();
      switch (manifest.entry()) {
        case EpochOpened e -> epochs.add(new Epoch(e.epoch(), number, manifest.at(), e.start()));
        case SegmentSealed s -> segments = segments.with(s, stored(manifest));
        case BaseSealed b ->
            bases.add(
                new Base(
                    number,
                    b.base(),
                    b.position(),
                    b.snapshotAt(),
                    b.tables(),
                    b.rows(),
                    VaultLayout.objectsOf(manifest).size(),
                    stored(manifest)));
        case HoleRecorded h -> holes.add(new Hole(number, h.after(), h.at(), h.reason()));
        case TimelineSwitched t ->
            switches.add(new Switch(number, t.fromTimeline(), t.toTimeline(), t.at()));
        case SchemaRecorded s ->
            definitions.add(
                new Definitions(number, s.position(), s.at(), s.known(), stored(manifest)));
        case TablesLost l -> {
          // Told by the table base that follows, or by a plan that needs one.
        }
        case RestorePoint p -> points.add(new Point(number, p.name(), p.position(), p.at()));
        case TableBaseSealed b ->
            tableBases.add(
                new TableBase(
                    number,
                    b.base(),
                    b.position(),
                    b.snapshotAt(),
                    b.tables(),
                    b.rows(),
                    VaultLayout.objectsOf(manifest).size(),
                    stored(manifest)));
      }
    }
  }
}
