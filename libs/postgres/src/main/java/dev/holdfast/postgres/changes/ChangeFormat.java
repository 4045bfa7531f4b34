/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.changes;

import dev.holdfast.postgres.PostgresException;

/** Constants of the record format, as docs/format.md ("Change records") gives them. */
final class ChangeFormat {

  static final byte[] MAGIC = {'H', 'F', 'C'};
  static final int VERSION = 1;

  static final int BEGIN = 1;
  static final int COMMIT = 2;
  static final int RELATION = 3;
  static final int INSERT = 4;
  static final int UPDATE = 5;
  static final int DELETE = 6;
  static final int TRUNCATE = 7;
  static final int SEQUENCE_STATE = 8;
  static final int MESSAGE = 9;

  static final int OLD_NONE = 0;
  static final int OLD_KEY = 1;
  static final int OLD_FULL = 2;

  static final int VALUE_NULL = 0;
  static final int VALUE_UNCHANGED = 1;

  /** A value of n bytes has the tag n + 2. */
  static final int VALUE_LENGTH_BIAS = 2;

  static final int CASCADE = 1;
  static final int RESTART_IDENTITY = 2;

  private ChangeFormat() {}

  static PostgresException damaged(String what) {
    return new PostgresException(
        PostgresException.Reason.DAMAGED,
        null,
        "the change stream is damaged: " + what,
        "restore from another region's copy");
  }
}
