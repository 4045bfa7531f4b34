/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.access;

import java.io.Serial;

/** A users file cannot be used as it is; a retry helps only after somebody has changed it. */
public final class UsersFileException extends RuntimeException {

  @Serial private static final long serialVersionUID = 1L;

  private final String hint;

  UsersFileException(String message, String hint) {
    super(message);
    this.hint = hint;
  }

  UsersFileException(String message, String hint, Throwable cause) {
    super(message, cause);
    this.hint = hint;
  }

  /** What the operator can do. */
  public String hint() {
    return hint;
  }
}
