/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.ReplicationSlots;
import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import java.time.Duration;
import java.util.Optional;

/** The slot on the server that is the primary now. */
record PostgresSlotAccess(Connections connections, String slot) implements SlotAccess {

  private static final Duration GIVING_UP = Duration.ofSeconds(10);

  @Override
  public Optional<SlotState> look() {
    return new ReplicationSlots(connections.primary()).inspect(slot);
  }

  @Override
  public void giveUp() {
    ReplicationSlots slots = new ReplicationSlots(connections.primary());
    long end = System.nanoTime() + GIVING_UP.toNanos();
    while (true) {
      try {
        slots.dropFromUse(slot);
        return;
      } catch (PostgresException e) {
        // Who streamed is ended, and may have come back before the drop.
        if (!e.sqlState().filter("55006"::equals).isPresent() || System.nanoTime() > end) {
          throw e;
        }
      }
    }
  }
}
