/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

/** What a run needs next; derived from what is stored, so that a restart decides the same. */
public sealed interface Next {

  record Begin(int step) implements Next {}

  /** A person has to approve {@code step} before it begins. */
  record Ask(int step) implements Next {}

  record Skip(int step, String reason) implements Next {}

  /** Perform an operation; it may have been performed before a crash. */
  record Act(int step, int operation) implements Next {}

  record Complete(int step) implements Next {}

  /** Nothing until a person answers. */
  record Wait(int step) implements Next {}

  record Finish(boolean completed, String detail) implements Next {}

  /** The run is over. */
  record Nothing() implements Next {}
}
