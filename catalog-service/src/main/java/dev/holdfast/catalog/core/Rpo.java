/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import java.time.Duration;
import java.time.Instant;

/** How much would be lost if a region were all that is left, right now. */
public sealed interface Rpo {

  /**
   * Everything committed before {@code coveredAt} can be restored.
   *
   * @param behind from {@code coveredAt} to now; never negative, whatever the clocks say
   */
  record Known(Instant coveredAt, Duration behind) implements Rpo {}

  /** Nothing can be restored; {@code reason} says why. */
  record Unprotected(String reason) implements Rpo {}

  static Rpo since(Instant coveredAt, Instant now) {
    Duration behind = Duration.between(coveredAt, now);
    return new Known(coveredAt, behind.isNegative() ? Duration.ZERO : behind);
  }
}
