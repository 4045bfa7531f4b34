/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

/** Ends a command with one message, its fix and an exit code. */
final class CliException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final ExitCode code;
  private final String hint;

  /**
   * @param hint what to do; may be empty
   */
  CliException(ExitCode code, String message, String hint) {
    super(message);
    this.code = code;
    this.hint = hint;
  }

  ExitCode code() {
    return code;
  }

  String hint() {
    return hint;
  }
}
