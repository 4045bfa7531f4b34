/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.restore.Range.Base;
import dev.holdfast.postgres.restore.Range.Piece;
import dev.holdfast.postgres.restore.RestorePlan.Hole;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.postgres.restore.RestorePlan.SchemaVersion;
import dev.holdfast.postgres.restore.RestorePlan.TableBase;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** What a chain covers: ranges in which every moment can be restored, oldest first. */
record History(List<Range> ranges) {

  /**
   * The newest range that has a commit record at this place, with only those of its bases, of
   * tables too, that do not hold it.
   */
  Optional<Range> withBasesBefore(Lsn record) {
    return ranges.reversed().stream()
        .filter(
            range ->
                range.parts().stream()
                    .anyMatch(
                        part -> !record.isBefore(part.after()) && record.isBefore(part.limit())))
        .findFirst()
        .map(
            range ->
                new Range(
                    range.systemId(),
                    range.bases().stream().filter(base -> !base.lsn().isAfter(record)).toList(),
                    range.pieces(),
                    range.schemas(),
                    range.lost(),
                    // What holds the transaction is of no use without it.
                    range.tableBases().stream()
                        .filter(base -> !base.lsn().isAfter(record))
                        .toList(),
                    range.endedBy()))
        .filter(range -> !range.bases().isEmpty());
  }

  static History of(List<Manifest> chain) {
    Walk walk = new Walk();
    for (Manifest manifest : chain) {
      switch (manifest.entry()) {
        case EpochOpened opened -> walk.opened(opened);
        case SegmentSealed segment -> walk.sealed(segment);
        case BaseSealed base -> walk.bases.add(new Base(base, manifest.number()));
        case HoleRecorded hole -> walk.hole(hole, manifest.number());
        case TimelineSwitched switched -> walk.switched(switched);
        case SchemaRecorded schema ->
            walk.schemas.add(new SchemaVersion(schema, manifest.number()));
        case TablesLost lost -> walk.lost.add(lost);
        case RestorePoint point -> {}
        case TableBaseSealed base ->
            walk.tableBases.add(new TableBase(base, manifest.number(), Set.of()));
      }
    }
    return new History(walk.ranges());
  }

  /** The stretch of one timeline that belongs to a history. */
  private static final class Span {
    final int timeline;
    final Lsn from;

    /** Where the next timeline forked off; none on the newest. */
    Optional<Lsn> fork = Optional.empty();

    Span(int timeline, Lsn from) {
      this.timeline = timeline;
      this.from = from;
    }
  }

  /** Segments without a hole between them, across promotions. */
  private static final class Stretch {
    final String systemId;

    /** A base that stands here or later can be followed by this stretch's segments. */
    final Lsn start;

    /**
     * Manifest that recorded the hole before this stretch, or 0. Only a base that was sealed later
     * and stands <em>after</em> the start ends the hole.
     */
    final long hole;

    Lsn tip;
    final List<Span> spans = new ArrayList<>();
    List<Piece> pieces = new ArrayList<>();
    Optional<Hole> endedBy = Optional.empty();
    final List<Base> bases = new ArrayList<>();

    Stretch(String systemId, int timeline, Lsn start, Lsn tip, long hole) {
      this.systemId = systemId;
      this.start = start;
      this.tip = tip;
      this.hole = hole;
      spans.add(new Span(timeline, start));
    }

    int timeline() {
      return spans.getLast().timeline;
    }

    /** Drops what lies beyond {@code limit}. */
    void cut(Lsn limit, boolean fork) {
      List<Piece> kept = new ArrayList<>();
      for (Piece piece : pieces) {
        Part part = piece.part();
        if (!part.limit().isAfter(limit)) {
          kept.add(piece);
        } else if (part.after().isBefore(limit)) {
          kept.add(
              new Piece(
                  new Part(part.segment(), part.after(), limit),
                  // What was committed before that moment and is not here was orphaned.
                  fork ? piece.coveredAt() : Optional.empty()));
        } else if (fork && !kept.isEmpty()) {
          Piece last = kept.removeLast();
          kept.add(new Piece(last.part(), later(last.coveredAt(), piece.coveredAt())));
        }
      }
      pieces = kept;
      tip = limit;
    }

    private static Optional<Instant> later(Optional<Instant> a, Optional<Instant> b) {
      return a.isPresent() && b.isPresent() && a.get().isBefore(b.get()) ? b : a;
    }

    boolean accepts(Base base) {
      Position position = base.entry().position();
      boolean inside =
          hole == 0
              ? !position.lsn().isBefore(start)
              : position.lsn().isAfter(start) && base.manifest() > hole;
      return inside && isOnTheWay(position);
    }

    boolean isOnTheWay(Position position) {
      return systemId.equals(position.systemId())
          && spans.stream()
              .anyMatch(
                  span ->
                      span.timeline == position.timeline()
                          && !position.lsn().isBefore(span.from)
                          && span.fork.filter(position.lsn()::isAfter).isEmpty());
    }
  }

  private static final class Walk {
    final List<Stretch> stretches = new ArrayList<>();
    final List<Base> bases = new ArrayList<>();
    final List<SchemaVersion> schemas = new ArrayList<>();
    final List<TablesLost> lost = new ArrayList<>();
    final List<TableBase> tableBases = new ArrayList<>();
    Optional<String> systemId = Optional.empty();

    Optional<Stretch> current() {
      return stretches.isEmpty() ? Optional.empty() : Optional.of(stretches.getLast());
    }

    void opened(EpochOpened opened) {
      Position start = opened.start();
      boolean moved = systemId.filter(id -> !id.equals(start.systemId())).isPresent();
      systemId = Optional.of(start.systemId());
      // A new slot by itself breaks nothing: whether the stream goes on where it was, the next
      // segment's beginning tells.
      if (stretches.isEmpty()) {
        begin(start.timeline(), start.lsn());
      } else if (moved) {
        end("the source is another cluster since epoch " + opened.epoch());
        begin(start.timeline(), start.lsn());
      }
    }

    void sealed(SegmentSealed segment) {
      Optional<Stretch> before = current();
      if (before.isEmpty()) {
        begin(segment.timeline(), segment.from());
      } else if (before.get().timeline() != segment.timeline()) {
        end(
            "the chain goes from timeline "
                + before.get().timeline()
                + " to "
                + segment.timeline()
                + " without a record of the promotion");
        begin(segment.timeline(), segment.from());
      } else if (segment.from().isAfter(before.get().tip)) {
        end("the next segment begins only at " + segment.from());
        begin(segment.timeline(), segment.from());
      }
      Stretch stretch = stretches.getLast();
      Lsn after = segment.from().max(stretch.tip);
      if (segment.through().isBefore(after)) {
        return;
      }
      stretch.pieces.add(
          new Piece(new Part(segment, after, segment.through()), Optional.of(segment.coveredAt())));
      stretch.tip = segment.through();
    }

    void hole(HoleRecorded hole, long manifest) {
      Lsn after = hole.after().lsn();
      systemId = Optional.of(hole.after().systemId());
      Optional<Stretch> before = current();
      if (before.isEmpty()) {
        add(new Stretch(hole.after().systemId(), hole.after().timeline(), after, after, manifest));
        return;
      }
      Stretch broken = before.get();
      Stretch next =
          new Stretch(broken.systemId, broken.timeline(), after, broken.tip.max(after), manifest);
      if (after.isBefore(broken.tip)) {
        // Found late: what was sealed beyond it can follow the next base only.
        for (Piece piece : broken.pieces) {
          Part part = piece.part();
          if (part.limit().isAfter(after)) {
            next.pieces.add(
                new Piece(
                    new Part(part.segment(), part.after().max(after), part.limit()),
                    piece.coveredAt()));
          }
        }
        broken.cut(after, false);
      }
      broken.endedBy = Optional.of(new Hole(broken.tip, hole.reason()));
      add(next);
    }

    void switched(TimelineSwitched switched) {
      systemId = Optional.of(switched.systemId());
      Optional<Stretch> before = current();
      if (before.isEmpty()) {
        begin(switched.toTimeline(), switched.fork());
        return;
      }
      Stretch stretch = before.get();
      boolean covered =
          stretch.systemId.equals(switched.systemId())
              && stretch.timeline() == switched.fromTimeline()
              && !stretch.tip.isBefore(switched.fork());
      if (!covered) {
        end(
            "timeline "
                + switched.toTimeline()
                + " forked off at "
                + switched.fork()
                + ", which the stream had not reached");
        begin(switched.toTimeline(), switched.fork());
        return;
      }
      stretch.cut(switched.fork(), true);
      stretch.spans.getLast().fork = Optional.of(switched.fork());
      stretch.spans.add(new Span(switched.toTimeline(), switched.fork()));
    }

    private void begin(int timeline, Lsn start) {
      add(new Stretch(systemId.orElse("0"), timeline, start, start, 0));
    }

    private void add(Stretch stretch) {
      stretches.add(stretch);
    }

    private void end(String reason) {
      Stretch stretch = stretches.getLast();
      if (stretch.endedBy.isEmpty()) {
        stretch.endedBy = Optional.of(new Hole(stretch.tip, reason));
      }
    }

    /** Gives each base to the newest stretch that it can begin, and keeps what has a base. */
    List<Range> ranges() {
      for (Base base : bases) {
        stretches.reversed().stream()
            .filter(stretch -> stretch.accepts(base))
            .findFirst()
            .ifPresent(stretch -> stretch.bases.add(base));
      }
      List<Range> ranges = new ArrayList<>();
      for (Stretch stretch : stretches) {
        stretch.bases.sort(Comparator.comparing(Base::lsn));
        List<Base> within =
            stretch.bases.stream().filter(base -> !base.lsn().isAfter(stretch.tip)).toList();
        if (!within.isEmpty()) {
          Lsn first = within.getFirst().lsn();
          List<Piece> pieces =
              stretch.pieces.stream()
                  .filter(piece -> !piece.part().limit().isBefore(first))
                  .toList();
          ranges.add(
              new Range(
                  stretch.systemId,
                  within,
                  pieces,
                  schemas(stretch, first),
                  lost(stretch, first),
                  tableBases(stretch, first),
                  stretch.endedBy));
        }
        // Ahead of the stream: such a base is a moment of its own until the stream reaches it.
        for (Base base : stretch.bases) {
          if (base.lsn().isAfter(stretch.tip)) {
            ranges.add(
                new Range(
                    stretch.systemId,
                    List.of(base),
                    List.of(),
                    List.of(),
                    List.of(),
                    List.of(),
                    stretch.endedBy));
          }
        }
      }
      return List.copyOf(ranges);
    }

    private List<TablesLost> lost(Stretch stretch, Lsn after) {
      return lost.stream()
          .filter(it -> it.position().lsn().isAfter(after) && stretch.isOnTheWay(it.position()))
          .sorted(Comparator.comparing(it -> it.position().lsn()))
          .toList();
    }

    private List<TableBase> tableBases(Stretch stretch, Lsn after) {
      return tableBases.stream()
          .filter(it -> it.lsn().isAfter(after) && !it.lsn().isAfter(stretch.tip))
          .filter(it -> stretch.isOnTheWay(it.entry().position()))
          .sorted(Comparator.comparing(TableBase::lsn))
          .toList();
    }

    /** Of several at one place the one that has the definitions counts. */
    private List<SchemaVersion> schemas(Stretch stretch, Lsn after) {
      Map<Lsn, SchemaVersion> byPlace = new TreeMap<>();
      for (SchemaVersion schema : schemas) {
        if (schema.lsn().isAfter(after) && stretch.isOnTheWay(schema.entry().position())) {
          byPlace.merge(schema.lsn(), schema, (a, b) -> b.entry().known() ? b : a);
        }
      }
      return List.copyOf(byPlace.values());
    }
  }
}
