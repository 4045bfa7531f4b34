/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import java.util.Optional;

/** Where capture goes on; decided from the chain and the source before anything is touched. */
sealed interface Resume {

  /** The slot goes on where the chain ends. */
  record Continue() implements Resume {}

  /**
   * The source was promoted, and the new server's slot misses nothing.
   *
   * @param fork where the new timeline left the old one
   * @param extend the chain ends before the fork, but nothing was committed in between
   */
  record Switch(Lsn fork, boolean extend) implements Resume {}

  /**
   * The chain records the promotion, but nothing of the new timeline yet: the slot begins past the
   * fork, and nothing was committed in between.
   */
  record CatchUp(Lsn slotStart) implements Resume {}

  /**
   * A new slot and a new base are needed.
   *
   * @param hole why what follows the chain's tip is lost; empty when nothing was captured before or
   *     the hole is recorded already
   * @param after where the hole begins
   * @param fork the promotion to record first
   */
  record Restart(Optional<String> hole, Optional<Position> after, Optional<Lsn> fork)
      implements Resume {}

  /** A promotion is under way: its slot and its note are not there yet. */
  record Wait(String reason) implements Resume {}

  /** A person has to decide. */
  record Refuse(String reason, String fix) implements Resume {}
}
