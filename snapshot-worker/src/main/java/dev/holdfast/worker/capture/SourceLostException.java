/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import org.jspecify.annotations.Nullable;

/** The source does not answer any more; a retry can help. */
final class SourceLostException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SourceLostException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
