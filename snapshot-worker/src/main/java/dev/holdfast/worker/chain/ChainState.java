/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import java.time.Instant;
import java.util.Optional;

/**
 * What a chain says about where capture stands; a fold over its manifests.
 *
 * @param manifest number of the newest manifest, 0 for none
 * @param epoch current epoch, 0 for none
 * @param tip everything in scope up to here is in the chain, or lost in a recorded hole; empty when
 *     no epoch was opened yet
 * @param begun from here up to the tip there is one epoch and one timeline, as far as what was read
 *     of the chain tells
 * @param checked newest place at which the source's definitions are known to have been the recorded
 *     ones; the tip is past it when the last seals could not look at the source
 * @param lastCommit newest sealed commit, orphaned ones included
 * @param coveredAt everything committed before this moment is in the chain; empty before the first
 *     segment
 * @param base newest base
 * @param hole where an open hole begins; empty when a base has closed it
 * @param fork set while the newest fact about the stream is a promotion: nothing of the new
 *     timeline is sealed yet
 * @param schema what the newest rows look like
 * @param lost tables whose rows are not known
 */
public record ChainState(
    long manifest,
    int epoch,
    Optional<Position> tip,
    Lsn begun,
    Lsn checked,
    Optional<CommitPoint> lastCommit,
    Optional<Instant> coveredAt,
    Optional<Base> base,
    Optional<Position> hole,
    Optional<Lsn> fork,
    SchemaState schema,
    LostTables lost) {

  // A state that an older version saved has none.
  @SuppressWarnings("NullAway")
  public ChainState {
    begun = begun == null ? tip.map(Position::lsn).orElse(Lsn.NONE) : begun;
    checked = checked == null ? base.map(it -> it.position().lsn()).orElse(Lsn.NONE) : checked;
    schema = schema == null ? SchemaState.since(base) : schema;
    lost = lost == null ? LostTables.NONE : lost;
  }

  /**
   * A base in the chain.
   *
   * @param catalog the source's definitions at the base, as {@code CatalogFingerprint.text}
   */
  public record Base(String id, Position position, String catalog, Instant snapshotAt) {}

  public static final ChainState EMPTY =
      new ChainState(
          0,
          0,
          Optional.empty(),
          Lsn.NONE,
          Lsn.NONE,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          SchemaState.EMPTY,
          LostTables.NONE);

  /** Changes cannot be restored before a base is sealed. */
  public boolean needsBase() {
    return base.isEmpty() || hole.isPresent();
  }

  public ChainState with(Manifest next) {
    return switch (next.entry()) {
      case ChainEntry.EpochOpened opened ->
          new ChainState(
              next.number(),
              opened.epoch(),
              Optional.of(opened.start()),
              opened.start().lsn(),
              checked,
              lastCommit,
              coveredAt,
              base,
              // A slot that begins past the tip leaves a hole, recorded or not.
              hole.or(() -> tip.filter(before -> !before.equals(opened.start()))),
              Optional.empty(),
              schema,
              lost);
      case ChainEntry.SegmentSealed segment ->
          new ChainState(
              next.number(),
              segment.epoch(),
              // A slice of a chain may begin at a base instead of an epoch.
              tip.or(() -> base.map(Base::position))
                  .map(
                      before ->
                          new Position(before.systemId(), segment.timeline(), segment.through())),
              tip.isPresent() ? begun : segment.from(),
              segment.checked().orElse(checked),
              segment.lastCommit().or(() -> lastCommit),
              Optional.of(segment.coveredAt()),
              base,
              hole,
              Optional.empty(),
              schema,
              lost);
      case ChainEntry.BaseSealed sealed ->
          new ChainState(
              next.number(),
              Math.max(epoch, sealed.epoch()),
              tip,
              begun,
              known(sealed.position()),
              lastCommit,
              coveredAt,
              Optional.of(
                  new Base(
                      sealed.base(), sealed.position(), sealed.catalog(), sealed.snapshotAt())),
              hole.filter(begins -> !closes(sealed.position(), begins)),
              fork,
              schema.with(sealed),
              lost.through(sealed.position()));
      case ChainEntry.HoleRecorded recorded ->
          new ChainState(
              next.number(),
              epoch,
              tip,
              begun,
              checked,
              lastCommit,
              coveredAt,
              base,
              Optional.of(recorded.after()),
              fork,
              schema,
              lost);
      case ChainEntry.TimelineSwitched switched ->
          new ChainState(
              next.number(),
              switched.epoch(),
              Optional.of(
                  new Position(switched.systemId(), switched.toTimeline(), switched.fork())),
              switched.fork(),
              checked.isAfter(switched.fork()) ? switched.fork() : checked,
              lastCommit,
              coveredAt,
              base,
              hole.or(() -> tip.filter(before -> before.lsn().isBefore(switched.fork()))),
              Optional.of(switched.fork()),
              schema.forkedAt(switched.fork()),
              lost.forkedAt(switched.fork()));
      case ChainEntry.SchemaRecorded recorded ->
          new ChainState(
              next.number(),
              epoch,
              tip,
              begun,
              recorded.catalog().isPresent() ? known(recorded.position()) : checked,
              lastCommit,
              coveredAt,
              base,
              hole,
              fork,
              schema.with(recorded),
              lost);
      case ChainEntry.TablesLost tables ->
          with(next.number(), lost.with(tables, base.map(Base::position)));
      case ChainEntry.TableBaseSealed tables -> with(next.number(), lost.with(tables));
      case ChainEntry.RestorePoint _ -> with(next.number(), lost);
    };
  }

  private ChainState with(long number, LostTables tables) {
    return new ChainState(
        number,
        epoch,
        tip,
        begun,
        checked,
        lastCommit,
        coveredAt,
        base,
        hole,
        fork,
        schema,
        tables);
  }

  /** Definitions are recorded as they are at {@code position}. */
  private Lsn known(Position position) {
    boolean comparable = tip.filter(at -> at.systemId().equals(position.systemId())).isPresent();
    return comparable ? checked.max(position.lsn()) : position.lsn();
  }

  private static boolean closes(Position base, Position hole) {
    return !base.systemId().equals(hole.systemId()) || base.lsn().isAfter(hole.lsn());
  }
}
