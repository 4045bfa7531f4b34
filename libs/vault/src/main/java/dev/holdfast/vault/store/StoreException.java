/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import org.jspecify.annotations.Nullable;

/** A store did not do what it was asked; the message names store, object and what to do. */
public final class StoreException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why, as far as the caller's next step depends on it. */
  public enum Reason {
    /** Not reachable, overloaded, timed out: a retry can help. */
    UNAVAILABLE,
    /** Credentials wrong or not sufficient. */
    DENIED,
    /** No such bucket or folder. */
    NO_SUCH_PLACE,
    /** No room left. */
    FULL,
    /** The parts of an unfinished upload are no longer there: it has to begin anew. */
    GONE,
    /** The store does not support what a vault needs, such as {@code If-None-Match}. */
    UNSUITABLE
  }

  private final Reason reason;

  public StoreException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }

  public boolean retryable() {
    return reason == Reason.UNAVAILABLE;
  }
}
