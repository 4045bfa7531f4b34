/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import dev.holdfast.postgres.base.ReplicationSlots.SlotState;
import dev.holdfast.postgres.base.ReplicationSlots.WalStatus;
import java.util.OptionalLong;

/**
 * How much log a source may keep for our slot. Pure.
 *
 * @param alertBytes from here on people are told
 * @param giveUpBytes at this much the slot is dropped; empty: never by us
 */
record SlotPolicy(long alertBytes, OptionalLong giveUpBytes) {

  /** An alert is over when no more than this part of what raised it is left. */
  private static final double OVER = 0.8;

  /** A slot is in danger when less than this part of what it may keep is left. */
  private static final double LITTLE = 0.2;

  SlotPolicy {
    if (alertBytes < 1) {
      throw new IllegalArgumentException(
          "holdfast.monitor.slots.alert = " + alertBytes + " must be at least 1 byte");
    }
    if (giveUpBytes.isPresent() && giveUpBytes.getAsLong() <= alertBytes) {
      throw new IllegalArgumentException(
          "holdfast.monitor.slots.give-up = "
              + giveUpBytes.getAsLong()
              + " bytes must be more than holdfast.monitor.slots.alert = "
              + alertBytes
              + ": people are told first");
    }
  }

  /** What a slot's log means. */
  enum Danger {
    /** All is well. */
    NONE,
    /** People have to look. */
    ALERT,
    /** It is given up now. */
    GIVE_UP,
    /** The source has invalidated it; capture starts over by itself. */
    LOST
  }

  /**
   * @param alerted whether people were told already
   */
  Danger judge(SlotState slot, boolean alerted) {
    if (slot.lost()) {
      return Danger.LOST;
    }
    if (giveUpBytes.isPresent() && slot.retainedBytes() >= giveUpBytes.getAsLong()) {
      return Danger.GIVE_UP;
    }
    double from = alerted ? alertBytes * OVER : alertBytes;
    return slot.retainedBytes() >= from || nearItsEnd(slot) ? Danger.ALERT : Danger.NONE;
  }

  private static boolean nearItsEnd(SlotState slot) {
    if (slot.walStatus() == WalStatus.UNRESERVED) {
      return true;
    }
    OptionalLong left = slot.safeWalBytes();
    return left.isPresent()
        && left.getAsLong() < LITTLE * (left.getAsLong() + slot.retainedBytes());
  }

  /** Log that may still be written before the slot is gone; empty when nothing ends it. */
  OptionalLong left(SlotState slot) {
    long toGiveUp =
        giveUpBytes.isPresent() ? giveUpBytes.getAsLong() - slot.retainedBytes() : Long.MAX_VALUE;
    long left = Math.min(toGiveUp, slot.safeWalBytes().orElse(Long.MAX_VALUE));
    return left == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(Math.max(0, left));
  }
}
