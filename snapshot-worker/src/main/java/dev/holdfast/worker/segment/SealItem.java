/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

/** What waits for the sealer, in order. */
sealed interface SealItem {

  record Segment(OpenSegment segment) implements SealItem {}

  /** What comes next shows a table that is not as it must be. */
  record Mismatch(Expectations.Difference difference) implements SealItem {}
}
