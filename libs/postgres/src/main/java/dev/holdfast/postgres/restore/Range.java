/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.restore.RestorePlan.Hole;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.postgres.restore.RestorePlan.SchemaVersion;
import dev.holdfast.postgres.restore.RestorePlan.TableBase;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What is covered from its first base to its end; every moment of it can be restored, but for where
 * definitions or the rows of a table are not known.
 *
 * @param bases by position, at least one
 * @param pieces contiguous; the first may begin before the first base
 * @param schemas where definitions changed after the first base; by position, one for each
 * @param lost after the first base, by position
 * @param tableBases after the first base and reached by the stream, by position
 */
record Range(
    String systemId,
    List<Base> bases,
    List<Piece> pieces,
    List<SchemaVersion> schemas,
    List<TablesLost> lost,
    List<TableBase> tableBases,
    Optional<Hole> endedBy) {

  /** A base snapshot and the manifest that sealed it. */
  record Base(BaseSealed entry, long manifest) {
    Lsn lsn() {
      return entry.position().lsn();
    }

    Instant time() {
      return entry.snapshotAt();
    }
  }

  /**
   * A part, and the moment up to which it is known to be complete; empty when it was cut by a hole.
   */
  record Piece(Part part, Optional<Instant> coveredAt) {}

  /** The rows of a table are not known from {@code at} on. */
  record Loss(long table, String name, Lsn at, String reason) {}

  List<Part> parts() {
    return pieces.stream().map(Piece::part).toList();
  }

  RecoveryPoint start() {
    Base base = bases.getFirst();
    return new RecoveryPoint(base.entry().position(), base.time());
  }

  RecoveryPoint end() {
    return pieces.isEmpty() ? start() : pointAt(pieces.getLast().part());
  }

  /** Where this range stands after {@code part}, a part of it or a shorter piece of one. */
  RecoveryPoint pointAt(Part part) {
    Instant time = bases.getFirst().time();
    for (Piece piece : pieces) {
      boolean same = piece.part().segment().equals(part.segment());
      boolean shortened = same && part.limit().isBefore(piece.part().limit());
      if (!shortened && piece.coveredAt().filter(time::isBefore).isPresent()) {
        time = piece.coveredAt().get();
      }
      if (same) {
        break;
      }
    }
    return new RecoveryPoint(new Position(systemId, part.segment().timeline(), part.limit()), time);
  }

  /** Whether the moment is one of this range, on its own timeline. */
  boolean holds(Position position) {
    Lsn lsn = position.lsn();
    return systemId.equals(position.systemId())
        && !lsn.isBefore(start().position().lsn())
        && (bases.stream().anyMatch(base -> base.entry().position().equals(position))
            || parts().stream()
                .anyMatch(
                    part ->
                        part.segment().timeline() == position.timeline()
                            && !lsn.isBefore(part.after())
                            && !lsn.isAfter(part.limit())));
  }

  /** The last part of the position's timeline, where another one went on before the position. */
  Optional<Part> fork(Position position) {
    List<Part> parts = parts();
    for (int i = 0; i + 1 < parts.size(); i++) {
      Part part = parts.get(i);
      if (systemId.equals(position.systemId())
          && part.segment().timeline() == position.timeline()
          && parts.get(i + 1).segment().timeline() != position.timeline()
          && position.lsn().isAfter(part.limit())) {
        return Optional.of(part);
      }
    }
    return Optional.empty();
  }

  /** Where this range stands after the part that follows {@code part}. */
  Optional<RecoveryPoint> next(Part part) {
    int next = parts().indexOf(part) + 1;
    return next < pieces.size() ? Optional.of(pointAt(parts().get(next))) : Optional.empty();
  }

  /** The newest moment before {@code place} that can be restored. */
  RecoveryPoint before(Lsn place) {
    RecoveryPoint there =
        pieces.stream()
            .map(Piece::part)
            .filter(part -> part.limit().isBefore(place))
            .reduce((a, b) -> b)
            .map(this::pointAt)
            .orElseGet(this::start);
    return unknownSince(there.position().lsn()).map(this::before).orElse(there);
  }

  /** The first one after it: at a base, recorded definitions or a table base. */
  Optional<RecoveryPoint> after(Lsn place) {
    Stream<RecoveryPoint> recorded =
        schemas.stream()
            .filter(schema -> schema.entry().known())
            .map(it -> new RecoveryPoint(it.entry().position(), it.entry().at()));
    Stream<RecoveryPoint> based =
        bases.stream().map(it -> new RecoveryPoint(it.entry().position(), it.time()));
    Stream<RecoveryPoint> ofTables =
        tableBases.stream()
            .map(it -> new RecoveryPoint(it.entry().position(), it.entry().snapshotAt()));
    return Stream.of(based, ofTables, recorded)
        .flatMap(points -> points)
        .filter(point -> point.position().lsn().isAfter(place))
        .filter(point -> unknownSince(point.position().lsn()).isEmpty())
        .min(Comparator.comparing(point -> point.position().lsn()));
  }

  /**
   * Since where definitions, or rows of a table, are not known at {@code lsn}; empty for all known.
   */
  private Optional<Lsn> unknownSince(Lsn lsn) {
    Lsn base =
        lastBaseWhere(it -> !it.lsn().isAfter(lsn)).map(Base::lsn).orElse(start().position().lsn());
    Optional<Lsn> definitions =
        schemas.reversed().stream()
            .filter(schema -> schema.lsn().isAfter(base) && !schema.lsn().isAfter(lsn))
            .takeWhile(schema -> !schema.entry().known())
            .map(SchemaVersion::lsn)
            .reduce((a, b) -> b);
    Optional<Lsn> rows =
        lossesIn(base, at -> !at.isAfter(lsn)).values().stream()
            .filter(loss -> tableBase(loss, it -> !it.lsn().isAfter(lsn)).isEmpty())
            .map(Loss::at)
            .min(Comparator.naturalOrder());
    return Stream.concat(definitions.stream(), rows.stream()).min(Comparator.naturalOrder());
  }

  /** Of each table the last one after a base's position that a target reaches. */
  Map<Long, Loss> lossesIn(Lsn base, Predicate<Lsn> reached) {
    Map<Long, Loss> losses = new TreeMap<>();
    for (TablesLost entry : lost) {
      Lsn at = entry.position().lsn();
      if (at.isAfter(base) && reached.test(at)) {
        entry
            .tables()
            .forEach(
                table ->
                    losses.put(
                        table.oid(), new Loss(table.oid(), table.name(), at, entry.reason())));
      }
    }
    return losses;
  }

  /** The newest base of a table that can stand in for what was lost. */
  Optional<TableBase> tableBase(Loss loss, Predicate<TableBase> usable) {
    return tableBases.reversed().stream()
        .filter(base -> base.covers(loss.table()) && !base.lsn().isBefore(loss.at()))
        .filter(usable)
        .findFirst();
  }

  Optional<Base> lastBaseWhere(Predicate<Base> condition) {
    return bases.reversed().stream().filter(condition).findFirst();
  }
}
