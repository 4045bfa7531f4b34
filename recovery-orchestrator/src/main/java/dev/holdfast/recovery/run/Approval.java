/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import java.time.Instant;

/**
 * A person's answer to a step that waited.
 *
 * @param operation index of the operation that asked; {@link #TO_BEGIN} when the step waited before
 *     it began
 * @param comment what the person says; the proof, when fencing was asked about
 */
public record Approval(int operation, boolean approved, String by, String comment, Instant at) {

  public static final int TO_BEGIN = -1;
}
