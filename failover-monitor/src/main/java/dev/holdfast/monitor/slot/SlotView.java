/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.slot;

import java.time.Instant;
import java.util.Optional;

/**
 * What a source keeps for its slot.
 *
 * @param state {@code ok}, {@code alert}, {@code lost} (invalidated), {@code absent} or {@code
 *     unknown} (the source did not answer)
 * @param detail for people
 * @param at when it was looked at
 * @param active whether capture is connected to it
 * @param retainedBytes log on the source's disk because of the slot
 * @param leftBytes how much more may be written before the slot is gone; null when nothing ends it
 * @param growthBytesPerSecond of the log behind it, over the last ten minutes
 * @param endsInSeconds when it is gone if it goes on like this; null when it does not grow
 */
public record SlotView(
    String source,
    String slot,
    String state,
    String detail,
    Instant at,
    boolean active,
    Optional<Long> retainedBytes,
    Optional<Long> leftBytes,
    double growthBytesPerSecond,
    Optional<Long> endsInSeconds) {}
