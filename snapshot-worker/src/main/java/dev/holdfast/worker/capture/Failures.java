/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;

/** Tells what a failure means for a capture. */
final class Failures {

  private Failures() {}

  static CaptureSignal signal(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      switch (t) {
        case VaultException e -> {
          return e.reason() == VaultException.Reason.FENCED
              ? new CaptureSignal.Overtaken(
                  e.getMessage() + " This worker has stopped; run one worker per source.")
              : new CaptureSignal.Wrong(message(e));
        }
        case StoreException e -> {
          return store(e);
        }
        case PostgresException e -> {
          return e.retryable() || e.reason() == PostgresException.Reason.SCHEMA_CHANGED
              ? new CaptureSignal.Lost(message(e))
              : isServerWord(e)
                  ? new CaptureSignal.Wrong(message(e))
                  : new CaptureSignal.Lost(message(e));
        }
        case SourceLostException e -> {
          if (e.getCause() == null) {
            return new CaptureSignal.Lost(message(e));
          }
        }
        default -> {}
      }
    }
    return new CaptureSignal.Lost("the stream broke: " + message(rootOf(failure)));
  }

  static CaptureSignal store(StoreException e) {
    return e.retryable() ? new CaptureSignal.Lost(message(e)) : new CaptureSignal.Wrong(message(e));
  }

  /** Reasons that only a person takes away. */
  private static boolean isServerWord(PostgresException e) {
    return switch (e.reason()) {
      case BAD_URL,
          BAD_CREDENTIALS,
          NO_RIGHTS,
          WRONG_SETTING,
          NO_SUCH_DATABASE,
          NO_PG_DUMP,
          PG_DUMP_TOO_OLD,
          DISK_FULL,
          DAMAGED,
          TOO_NEW ->
          true;
      case UNREACHABLE, NOT_EMPTY, BLOCKED, SLOT_LOST, SCHEMA_CHANGED, CONSTRAINT, FAILED -> false;
    };
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  private static String message(Throwable t) {
    return t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
  }
}
