/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

/** What happened to a capture, as far as its state depends on it. */
sealed interface CaptureSignal {

  /** The source and the chain are being looked at, for the first time or again. */
  record Attempting() implements CaptureSignal {}

  /** The stream runs and there is no base for it yet. */
  record BaseNeeded(String detail) implements CaptureSignal {}

  /** The stream runs on a base. */
  record Covered(String detail) implements CaptureSignal {}

  /** Something is away that may come back by itself. */
  record Lost(String detail) implements CaptureSignal {}

  /** Something is wrong that does not go away by itself. */
  record Wrong(String detail) implements CaptureSignal {}

  /** Another writer has the chain. */
  record Overtaken(String detail) implements CaptureSignal {}
}
