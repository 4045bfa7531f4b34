/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.chain;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import dev.holdfast.vault.chain.ChainEntry.SegmentSealed;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import dev.holdfast.vault.chain.RecoveryRanges.Hole;
import dev.holdfast.vault.chain.RecoveryRanges.SealedBase;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

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

  /**
   * What can be restored from {@code bases}: all from the first one on, but for where definitions,
   * or rows of a table, are not known.
   *
   * @param bases those that this run can start from, in order
   * @param told all that the chain says of definitions and of single tables
   */
  List<RecoveryRange> ranges(List<BaseSealed> bases, Told told) {
    if (bases.isEmpty()) {
      return List.of();
    }
    BaseSealed first = bases.getFirst();
    List<RecoveryRange> ranges = new ArrayList<>();
    Optional<Start> open = Optional.of(startOf(first));
    boolean definitions = true;
    Set<Long> lost = new HashSet<>();
    for (Turn turn : turns(bases, told)) {
      switch (turn.entry()) {
        case SchemaRecorded schema -> definitions = schema.known();
        case TablesLost tables -> tables.tables().forEach(table -> lost.add(table.oid()));
        case TableBaseSealed tables -> lost.removeAll(Set.copyOf(tables.tables()));
        case BaseSealed _ -> {
          definitions = true;
          lost.clear();
        }
        default -> throw new IllegalStateException("no turn: " + turn.entry());
      }
      boolean known = definitions && lost.isEmpty();
      if (known && open.isEmpty()) {
        open =
            turn.entry() instanceof BaseSealed base
                ? Optional.of(startOf(base))
                : startAt(turn.position(), first.base());
      } else if (!known && open.isPresent()) {
        ranges.add(range(open.get(), Optional.of(turn.position())));
        open = Optional.empty();
      }
    }
    open.ifPresent(from -> ranges.add(range(from, Optional.empty())));
    return ranges;
  }

  /** What a chain says of definitions and of single tables, each in its order. */
  record Told(
      List<SchemaRecorded> schemas, List<TablesLost> lost, List<TableBaseSealed> tableBases) {}

  private record Start(Position position, Instant time, String base) {}

  /** A place after the first base from which on more, or less, is known. */
  private record Turn(Position position, int order, ChainEntry entry) {}

  private static Start startOf(BaseSealed base) {
    return new Start(base.position(), base.snapshotAt(), base.base());
  }

  private List<Turn> turns(List<BaseSealed> bases, Told told) {
    Map<Position, SchemaRecorded> schemas = new LinkedHashMap<>();
    for (SchemaRecorded schema : told.schemas()) {
      schemas.merge(schema.position(), schema, (a, b) -> a.known() ? a : b);
    }
    List<Turn> turns = new ArrayList<>();
    schemas.forEach((position, schema) -> turns.add(new Turn(position, 0, schema)));
    told.lost().forEach(lost -> turns.add(new Turn(lost.position(), 1, lost)));
    told.tableBases().forEach(base -> turns.add(new Turn(base.position(), 2, base)));
    Position first = bases.getFirst().position();
    turns.removeIf(
        turn ->
            !turn.position().systemId().equals(systemId)
                || !holdsOrFollows(turn.position())
                || !isAfter(turn.position(), first));
    bases.stream().skip(1).forEach(base -> turns.add(new Turn(base.position(), 3, base)));
    turns.sort(
        Comparator.<Turn>comparingInt(turn -> pieceOf(turn.position()))
            .thenComparing(turn -> turn.position().lsn())
            .thenComparingInt(Turn::order));
    return turns;
  }

  private boolean holdsOrFollows(Position position) {
    Piece last = pieces.getLast();
    return pieces.stream().anyMatch(piece -> piece.holds(position))
        || (position.timeline() == last.timeline && position.lsn().isAfter(last.through));
  }

  private boolean isAfter(Position a, Position b) {
    int order = Integer.compare(pieceOf(a), pieceOf(b));
    return order > 0 || (order == 0 && a.lsn().isAfter(b.lsn()));
  }

  /** From the first segment on that reaches {@code position}; empty when none does yet. */
  private Optional<Start> startAt(Position position, String base) {
    int at = pieceOf(position);
    if (at == pieces.size()) {
      return Optional.empty();
    }
    return Stream.concat(
            pieces.get(at).marks.stream().filter(mark -> !mark.through().isBefore(position.lsn())),
            pieces.stream().skip(at + 1L).flatMap(piece -> piece.marks.stream()))
        .findFirst()
        .map(mark -> new Start(position, mark.coveredAt(), base));
  }

  /**
   * @param before where definitions change that are not known; empty for the end of the run
   */
  private RecoveryRange range(Start start, Optional<Position> before) {
    int end = before.map(this::pieceOf).map(i -> Math.min(i, pieces.size() - 1)).orElse(-1);
    Position through = start.position();
    Instant time = start.time();
    for (int i = Math.max(0, Math.min(pieceOf(start.position()), pieces.size() - 1));
        i < pieces.size();
        i++) {
      Piece piece = pieces.get(i);
      if (before.isEmpty()) {
        through = new Position(systemId, piece.timeline, piece.through);
      }
      for (Mark mark : piece.marks) {
        boolean reached =
            before.isEmpty()
                || i < end
                || (i == end && mark.through().isBefore(before.get().lsn()));
        if (!reached) {
          continue;
        }
        Position there = new Position(systemId, piece.timeline, mark.through());
        if (before.isPresent() && isAfter(there, through)) {
          through = there;
        }
        if (mark.coveredAt().isAfter(time)) {
          time = mark.coveredAt();
        }
      }
    }
    return new RecoveryRange(start.position(), start.time(), through, time, start.base());
  }
}
