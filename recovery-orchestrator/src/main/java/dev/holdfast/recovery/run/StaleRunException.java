/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.model.RunId;

/** Somebody else changed the run meanwhile: read it again and decide anew. */
public final class StaleRunException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public StaleRunException(RunId id) {
    super("run " + id + " was changed by somebody else meanwhile");
  }
}
