/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

/** What was asked cannot be restored; nothing was changed. */
public final class RestoreRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Why, as far as the caller's next step depends on it. */
  public enum Reason {
    UNKNOWN_SOURCE,
    UNKNOWN_REGION,
    UNKNOWN_CREDENTIALS,
    UNKNOWN_TRANSACTION,
    UNKNOWN_RESTORE_POINT,
    /** Rows of live tables would be replaced, and nobody typed the database's name. */
    NOT_CONFIRMED,
    /** No base snapshot yet. */
    NO_RECOVERY_POINT,
    BEFORE_FIRST_RECOVERY_POINT,
    TARGET_IN_HOLE,
    /** A promotion left its timeline before it. */
    TARGET_ORPHANED,
    TARGET_IN_FUTURE
  }

  private final Reason reason;
  private final String field;
  private final String fix;

  RestoreRefusedException(Reason reason, String field, String what, String fix) {
    super(what);
    this.reason = reason;
    this.field = field;
    this.fix = fix;
  }

  public Reason reason() {
    return reason;
  }

  /** The field of the request that is to blame. */
  public String field() {
    return field;
  }

  public String fix() {
    return fix;
  }
}
