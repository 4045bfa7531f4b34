/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry.TableBaseSealed;
import dev.holdfast.vault.chain.ChainEntry.TablesLost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a chain says about tables whose rows are not known since a change of their definitions.
 *
 * @param all since the newest base, those that a table base has found again included: a promotion
 *     may leave that behind
 */
public record LostTables(List<Lost> all) {

  public static final LostTables NONE = new LostTables(List.of());

  /**
   * @param at the end of the commit after which the rows are not known
   * @param based where a table base of it stands; empty while there is none
   */
  public record Lost(long oid, String name, Position at, Optional<Position> based) {}

  public LostTables {
    all = List.copyOf(all);
  }

  /** Those of which a base is needed. */
  public Set<Long> open() {
    Set<Long> open = new TreeSet<>();
    all.stream().filter(lost -> lost.based().isEmpty()).forEach(lost -> open.add(lost.oid()));
    return open;
  }

  /** For people. */
  public String names() {
    Set<String> names = new TreeSet<>();
    all.stream().filter(lost -> lost.based().isEmpty()).forEach(lost -> names.add(lost.name()));
    return String.join(", ", names);
  }

  LostTables with(TablesLost entry, Optional<Position> base) {
    if (base.filter(known -> !isAfter(entry.position(), known)).isPresent()) {
      // A base that was ahead of the stream holds their rows.
      return this;
    }
    List<Lost> more = new ArrayList<>(all);
    entry
        .tables()
        .forEach(
            table ->
                more.add(
                    new Lost(
                        table.oid(),
                        table.name(),
                        entry.position(),
                        based(table.oid(), entry.position()))));
    return new LostTables(more);
  }

  /** A table base that was ahead of the stream holds the rows after the change. */
  private Optional<Position> based(long oid, Position at) {
    return all.stream()
        .filter(lost -> lost.oid() == oid)
        .flatMap(lost -> lost.based().stream())
        .filter(base -> !isAfter(at, base))
        .findFirst();
  }

  LostTables with(TableBaseSealed base) {
    return new LostTables(
        all.stream()
            .map(
                lost ->
                    base.tables().contains(lost.oid()) && !isAfter(lost.at(), base.position())
                        ? new Lost(lost.oid(), lost.name(), lost.at(), Optional.of(base.position()))
                        : lost)
            .toList());
  }

  /** A base of all tables stands there. */
  LostTables through(Position base) {
    return new LostTables(all.stream().filter(lost -> isAfter(lost.at(), base)).toList());
  }

  /** What stands beyond the place where a promotion left is not the source's. */
  LostTables forkedAt(Lsn fork) {
    return new LostTables(
        all.stream()
            .filter(lost -> !lost.at().lsn().isAfter(fork))
            .map(
                lost ->
                    new Lost(
                        lost.oid(),
                        lost.name(),
                        lost.at(),
                        lost.based().filter(base -> !base.lsn().isAfter(fork))))
            .toList());
  }

  private static boolean isAfter(Position a, Position b) {
    return a.systemId().equals(b.systemId()) && a.lsn().isAfter(b.lsn());
  }
}
