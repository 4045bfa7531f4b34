/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry.BaseSealed;
import dev.holdfast.vault.chain.ChainEntry.SchemaRecorded;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a chain says about the definitions that its newest rows have.
 *
 * @param catalog fingerprint of the newest ones that are recorded; empty while there is no base
 * @param at where they stand
 * @param open changes since, whose definitions are not recorded
 * @param recorded transactions whose definitions are, newest last; of many the last ones
 */
public record SchemaState(
    Optional<String> catalog, Optional<Position> at, List<Change> open, List<Long> recorded) {

  private static final int MOST = 1000;

  public static final SchemaState EMPTY =
      new SchemaState(Optional.empty(), Optional.empty(), List.of(), List.of());

  static SchemaState since(Optional<ChainState.Base> base) {
    return new SchemaState(
        base.map(ChainState.Base::catalog),
        base.map(ChainState.Base::position),
        List.of(),
        List.of());
  }

  /**
   * A commit that changed definitions, or the first place at which somebody may have, unnoted.
   *
   * @param xid {@link SchemaRecorded#UNNOTED} for the latter
   */
  public record Change(long xid, Position position) {
    public boolean unnoted() {
      return xid == SchemaRecorded.UNNOTED;
    }
  }

  /** Since where definitions may be others without anybody having noted it. */
  public Optional<Position> unnotedSince() {
    return open.stream().filter(Change::unnoted).map(Change::position).findFirst();
  }

  public SchemaState {
    open = List.copyOf(open);
    recorded = List.copyOf(recorded);
  }

  SchemaState with(SchemaRecorded entry) {
    return entry.catalog().isPresent()
        ? through(entry.catalog().get(), entry.position())
        : changed(new Change(entry.xid(), entry.position()));
  }

  SchemaState with(BaseSealed base) {
    return through(base.catalog(), base.position());
  }

  /** What was changed beyond the place where a promotion left is not the source's. */
  SchemaState forkedAt(Lsn fork) {
    return new SchemaState(
        catalog,
        at,
        open.stream().filter(change -> !change.position().lsn().isAfter(fork)).toList(),
        recorded);
  }

  private SchemaState changed(Change change) {
    if (at.filter(known -> !isAfter(change.position(), known)).isPresent()) {
      // A base that was ahead of the stream holds it.
      return new SchemaState(catalog, at, open, add(List.of(change)));
    }
    List<Change> more = new ArrayList<>(open);
    more.removeIf(it -> it.position().equals(change.position()));
    more.add(change);
    return new SchemaState(catalog, at, more, recorded);
  }

  private SchemaState through(String definitions, Position position) {
    return new SchemaState(
        Optional.of(definitions),
        Optional.of(position),
        open.stream().filter(change -> isAfter(change.position(), position)).toList(),
        add(open.stream().filter(change -> !isAfter(change.position(), position)).toList()));
  }

  private List<Long> add(List<Change> known) {
    List<Long> all = new ArrayList<>(recorded);
    known.stream().filter(change -> !change.unnoted()).forEach(change -> all.add(change.xid()));
    return all.subList(Math.max(0, all.size() - MOST), all.size());
  }

  private static boolean isAfter(Position a, Position b) {
    return a.systemId().equals(b.systemId()) && a.lsn().isAfter(b.lsn());
  }
}
