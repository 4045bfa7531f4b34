/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import org.jspecify.annotations.Nullable;

/** Bytes on a topic are no message that this version knows; sending them again does not help. */
public final class UndecodableMessageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** What is wrong, in the words that dead letters carry in their {@code dlq_reason} header. */
  public enum Reason {
    /** The type's name is not in the contract, or not in this version of it. */
    UNKNOWN_TYPE("unknown-type"),
    /** The body is not JSON, or not this type's JSON. */
    BAD_BODY("bad-body"),
    /** A header that the envelope needs is missing or malformed. */
    BAD_ENVELOPE("bad-envelope");

    private final String wireName;

    Reason(String wireName) {
      this.wireName = wireName;
    }

    public String wireName() {
      return wireName;
    }
  }

  private final Reason reason;

  public UndecodableMessageException(Reason reason, String message) {
    this(reason, message, null);
  }

  public UndecodableMessageException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
