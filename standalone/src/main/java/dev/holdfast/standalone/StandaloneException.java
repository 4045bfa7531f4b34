/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import org.jspecify.annotations.Nullable;

/** Why the suite can't be started or stopped: what happened, with the value, and what helps. */
public final class StandaloneException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StandaloneException(String message) {
    super(message);
  }

  StandaloneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
