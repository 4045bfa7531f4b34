/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import org.jspecify.annotations.Nullable;

/**
 * The vault is not as it must be, or refuses what it was asked. The message names the object and
 * what to do.
 */
public final class VaultException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why; each calls for another next step. */
  public enum Reason {
    /** Another writer has taken the next number of the chain: this writer must stop. */
    FENCED,
    /** A named object is not in the store. */
    MISSING,
    /** Bytes, order, signature or hash are not what the chain says. */
    DAMAGED,
    /** The identity at hand cannot open the data key. */
    WRONG_KEY,
    /** The private side of every recipient was destroyed, says a certificate. */
    SHREDDED,
    /** A legal hold stands in the way. */
    HELD,
    /** Signed by a key that the identity does not trust. */
    UNTRUSTED,
    /** Written by a newer version of the format. */
    TOO_NEW,
    /** There is no vault, or no such source, at this place. */
    NOT_FOUND,
    /** A key file cannot be read or is no key file. */
    BAD_KEY_FILE
  }

  private final Reason reason;

  public VaultException(Reason reason, String message) {
    this(reason, message, null);
  }

  public VaultException(Reason reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
