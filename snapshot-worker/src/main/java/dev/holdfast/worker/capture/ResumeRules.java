/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.base.ReplicationSlots;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import dev.holdfast.worker.capture.SourceView.Promotion;
import dev.holdfast.worker.chain.ChainState;
import java.util.Optional;

/** Decides where capture goes on. Pure. */
final class ResumeRules {

  private ResumeRules() {}

  /**
   * @param patient whether a promotion may still be under way, so that waiting can save a new base
   */
  static Resume decide(ChainState chain, SourceView source, String database, boolean patient) {
    Optional<Resume> foreign = foreignSlot(source, database);
    if (foreign.isPresent()) {
      return foreign.get();
    }
    if (chain.tip().isEmpty()) {
      return new Resume.Restart(Optional.empty(), Optional.empty(), Optional.empty());
    }
    Position tip = chain.tip().get();
    if (!tip.systemId().equals(source.systemId())) {
      return hole(
          chain,
          tip,
          "the source is another cluster now (system id "
              + source.systemId()
              + ", was "
              + tip.systemId()
              + ")",
          Optional.empty());
    }
    if (tip.timeline() != source.timeline()) {
      return promoted(chain, tip, source, patient);
    }
    if (source.slot().isEmpty()) {
      return hole(chain, tip, "the replication slot is gone", Optional.empty());
    }
    SlotState slot = source.slot().get();
    if (slot.lost()) {
      return hole(
          chain,
          tip,
          "the source has invalidated the replication slot (wal_status = lost)",
          Optional.empty());
    }
    if (source.flushed().isBefore(tip.lsn())) {
      return hole(
          chain,
          tip,
          "the source's log ends at "
              + source.flushed()
              + ", before what is sealed ("
              + tip.lsn()
              + "): it was set back",
          Optional.empty());
    }
    if (slot.confirmedFlush().isAfter(tip.lsn())) {
      if (chain.fork().isPresent() && proven(source, source.timeline(), tip.lsn())) {
        return new Resume.CatchUp(slot.confirmedFlush());
      }
      return hole(
          chain,
          tip,
          "the replication slot has moved to "
              + slot.confirmedFlush()
              + ", past what is sealed ("
              + tip.lsn()
              + "): it was recreated or advanced by someone else",
          Optional.empty());
    }
    return new Resume.Continue();
  }

  private static Optional<Resume> foreignSlot(SourceView source, String database) {
    return source
        .slot()
        .filter(
            slot ->
                !slot.plugin().equals(ReplicationSlots.PLUGIN) || !slot.database().equals(database))
        .map(
            slot ->
                new Resume.Refuse(
                    "the replication slot '"
                        + slot.name()
                        + "' belongs to somebody else (plugin '"
                        + slot.plugin()
                        + "', database '"
                        + slot.database()
                        + "')",
                    "drop it (SELECT pg_drop_replication_slot('"
                        + slot.name()
                        + "')) if nobody needs it, or give the source another id"));
  }

  private static Resume promoted(
      ChainState chain, Position tip, SourceView source, boolean patient) {
    Optional<Lsn> fork = source.forkOf(tip.timeline());
    if (source.timeline() < tip.timeline() || fork.isEmpty()) {
      return hole(
          chain,
          tip,
          "the source is on timeline "
              + source.timeline()
              + ", which does not descend from timeline "
              + tip.timeline()
              + " of the chain",
          Optional.empty());
    }
    String event =
        "the source was promoted (timeline "
            + tip.timeline()
            + " to "
            + source.timeline()
            + ", fork at "
            + fork.get()
            + ")";
    if (!source.isChildOf(tip.timeline())) {
      return hole(chain, tip, event + " more than once since the last seal", fork);
    }
    if (source.slot().filter(slot -> carriedOver(slot, fork.get(), tip)).isPresent()) {
      return new Resume.Switch(fork.get(), false);
    }
    boolean noted =
        source
            .promotion()
            .filter(note -> note.timeline() == source.timeline() && note.fork().equals(fork.get()))
            .isPresent();
    if (source.slot().isEmpty() || !noted) {
      return patient
          ? new Resume.Wait(event + "; its slot and the note of the promotion are awaited")
          : hole(
              chain,
              tip,
              event
                  + (source.slot().isEmpty()
                      ? ", and no slot was created on it before clients were let in"
                      : ", and nobody noted that its slot was created before clients were let in"),
              fork);
    }
    if (!proven(source, source.timeline(), fork.get())) {
      return hole(
          chain,
          tip,
          event
              + ", and transactions began on it before its slot was created ("
              + source.promotion().map(Promotion::xidsBetween).orElse(0L)
              + ")",
          fork);
    }
    if (source.slot().get().lost()) {
      return hole(chain, tip, event + ", and its slot is invalid", fork);
    }
    if (!tip.lsn().isBefore(fork.get())) {
      return new Resume.Switch(fork.get(), false);
    }
    if (source.quietBeforeFork().orElse(false)) {
      return new Resume.Switch(fork.get(), true);
    }
    return hole(
        chain,
        tip,
        event
            + ", and sealed is only what ended at "
            + tip.lsn()
            + (source.quietBeforeFork().isPresent()
                ? ": transactions were committed in between"
                : ": whether something was committed in between, nobody can tell"),
        fork);
  }

  /**
   * The old primary's slot came along, so it was there before the fork: nothing that followed can
   * be missing from it. What is sealed has to reach the fork all the same: a segment belongs to one
   * timeline.
   */
  private static boolean carriedOver(SlotState slot, Lsn fork, Position tip) {
    return slot.synced()
        && !slot.lost()
        && !slot.confirmedFlush().isAfter(fork)
        && !tip.lsn().isBefore(fork);
  }

  private static boolean proven(SourceView source, int timeline, Lsn fork) {
    return source
        .promotion()
        .filter(
            note ->
                note.timeline() == timeline && note.fork().equals(fork) && note.xidsBetween() == 0)
        .isPresent();
  }

  private static Resume hole(ChainState chain, Position tip, String reason, Optional<Lsn> fork) {
    // Beyond the fork nothing belongs to the history that went on.
    Lsn after = fork.filter(f -> f.isBefore(tip.lsn())).orElse(tip.lsn());
    return chain.hole().isPresent()
        ? new Resume.Restart(Optional.empty(), Optional.empty(), fork)
        : new Resume.Restart(Optional.of(reason), Optional.of(tip.at(after)), fork);
  }
}
