/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import org.jspecify.annotations.Nullable;

/**
 * An embedded server that can't be prepared, started or stopped; the message says why and what
 * helps.
 */
public final class EmbeddedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  public EmbeddedException(String message) {
    super(message);
  }

  public EmbeddedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
