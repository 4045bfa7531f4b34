/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;

/** How a failure is told: exit code, one message, what to do. */
record Failure(ExitCode code, String message, String hint) {

  static Failure of(Throwable failure) {
    return switch (failure) {
      case CliException e -> new Failure(e.code(), words(e), e.hint());
      case PostgresException e -> new Failure(ExitCode.of(e.reason()), e.what(), e.fix());
      case VaultException e -> split(ExitCode.of(e.reason()), words(e));
      case StoreException e -> split(ExitCode.of(e.reason()), words(e));
      case OutOfMemoryError e ->
          new Failure(
              ExitCode.UNEXPECTED,
              "not enough memory: " + words(e),
              "give the command more, such as JAVA_TOOL_OPTIONS=-Xmx8g");
      default ->
          new Failure(
              ExitCode.UNEXPECTED,
              failure.getClass().getSimpleName() + ": " + words(failure),
              "this is a bug; run it again with HOLDFAST_TRACE=1 and report what it prints");
    };
  }

  private static Failure split(ExitCode code, String message) {
    int hint = message.indexOf("HINT:");
    return hint < 0
        ? new Failure(code, message, "")
        : new Failure(
            code,
            message.substring(0, hint).strip(),
            message.substring(hint + "HINT:".length()).strip());
  }

  private static String words(Throwable failure) {
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
