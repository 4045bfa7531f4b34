/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

/** What waits for the sealer, in order. */
sealed interface SealItem {

  record Segment(OpenSegment segment) implements SealItem {}

  /** The stream shows that the newest base cannot take what comes next. */
  record Mismatch(String reason) implements SealItem {}
}
