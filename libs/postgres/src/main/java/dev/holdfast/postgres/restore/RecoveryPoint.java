/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Position;
import java.time.Instant;

/**
 * A moment that can be restored.
 *
 * @param time everything committed before it, by the worker's clock, is at or before {@code
 *     position}
 */
public record RecoveryPoint(Position position, Instant time) {
  @Override
  public String toString() {
    return time + " at " + position;
  }
}
