/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import java.util.Optional;

/** A source's slot, wherever its primary is now. */
interface SlotAccess {

  /**
   * @throws dev.holdfast.postgres.PostgresException when the source does not answer
   */
  Optional<SlotState> look();

  /**
   * Drops the slot, ending who streams from it.
   *
   * @throws dev.holdfast.postgres.PostgresException when it is still there
   */
  void giveUp();
}
