/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.RecoveryRanges.Hole;
import dev.holdfast.vault.chain.RecoveryRanges.SealedBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Unbroken coverage by segments, along one timeline or several that fork from each other. */
final class Run {

  private final String systemId;

  /** Set when the stream went on over a hole: only a base taken after it is of use here. */
  private final Optional<Hole> over;

  private final List<Piece> pieces = new ArrayList<>();

  /** What one segment proves: everything committed before {@code coveredAt} is at or below. */
  private record Mark(Lsn through, Instant coveredAt) {}

  /** Coverage on one timeline. */
  private static final class Piece {
    final int timeline;
    final Lsn from;
    final List<Mark> marks = new ArrayList<>();
    Lsn through;

    Piece(int timeline, Lsn from) {
      this.timeline = timeline;
      this.from = from;
      this.through = from;
    }

    void cut(Lsn end) {
      if (through.isAfter(end)) {
        through = end;
        marks.removeIf(mark -> mark.through().isAfter(end));
      }
    }

    boolean holds(Position position) {
      return position.timeline() == timeline
          && !position.lsn().isBefore(from)
          && !position.lsn().isAfter(through);
    }
  }

  Run(String systemId, Optional<Hole> over) {
    this.systemId = systemId;
    this.over = over;
  }

  String systemId() {
    return systemId;
  }

  void extend(SegmentSealed segment) {
    if (pieces.isEmpty()) {
      pieces.add(new Piece(segment.timeline(), segment.from()));
    }
    Piece last = pieces.getLast();
    last.through = last.through.max(segment.through());
    last.marks.add(new Mark(segment.through(), segment.coveredAt()));
  }

  /** Goes on along a timeline that forked at a place this run covers. */
  void turn(int timeline, Lsn fork) {
    pieces.add(new Piece(timeline, fork));
  }

  /** Ends at {@code after} if that is before its end. */
  void cut(Position after) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (piece.timeline == after.timeline() && after.lsn().isBefore(piece.through)) {
        piece.cut(after.lsn());
        pieces.subList(i + 1, pieces.size()).clear();
        removeIfInverted(piece);
        return;
      }
    }
  }

  /** Drops what the cluster's way did not lead through. */
  void orphan(TimelineHistory history) {
    pieces.removeIf(piece -> !history.holds(piece.timeline, piece.from));
    for (Piece piece : List.copyOf(pieces)) {
      history.end(piece.timeline).ifPresent(piece::cut);
    }
  }

  private void removeIfInverted(Piece piece) {
    if (piece.through.isBefore(piece.from)) {
      pieces.remove(piece);
    }
  }

  boolean canStartFrom(SealedBase sealed) {
    BaseSealed base = sealed.base();
    return base.position().systemId().equals(systemId)
        && pieces.stream().anyMatch(piece -> piece.holds(base.position()))
        && over.map(
                hole ->
                    sealed.number() > hole.number()
                        && !base.snapshotAt().isBefore(hole.recorded().at()))
            .orElse(true);
  }

  /** Bases in the order in which the run passes them. */
  Comparator<BaseSealed> order() {
    return Comparator.<BaseSealed>comparingInt(base -> pieceOf(base.position()))
        .thenComparing(base -> base.position().lsn());
  }

  private int pieceOf(Position position) {
    for (int i = 0; i < pieces.size(); i++) {
      if (pieces.get(i).holds(position)) {
        return i;
      }
    }
    return pieces.size();
  }

  RecoveryRange rangeFrom(BaseSealed base) {
    Piece last = pieces.getLast();
    Instant throughTime =
        pieces.stream()
            .flatMap(piece -> piece.marks.stream())
            .map(Mark::coveredAt)
            .filter(base.snapshotAt()::isBefore)
            .max(Comparator.naturalOrder())
            .orElse(base.snapshotAt());
    return new RecoveryRange(
        base.position(),
        base.snapshotAt(),
        new Position(systemId, last.timeline, last.through),
        throughTime,
        base.base());
  }
}
