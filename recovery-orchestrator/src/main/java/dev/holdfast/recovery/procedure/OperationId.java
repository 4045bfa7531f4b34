/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.procedure;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * A typed action that a procedure's step is made of. Wire names are the constants in kebab case.
 */
public enum OperationId {
  /** Which server answers, and in which role. */
  CHECK_CONNECTIONS,
  /** How far the standby got, and how far the vault. */
  MEASURE_REPLICATION_LAG,
  /** Which objectives depend on the database. */
  LIST_AFFECTED_SERVICES,
  /** Proof that no client can write to the old primary, or a person's word for it. */
  FENCE_OLD_PRIMARY,
  /** Makes the standby refuse ordinary writes until the slot exists. */
  HOLD_WRITES,
  PROMOTE_STANDBY,
  /** The replication slot on the new primary, before any client is let in. */
  CREATE_SLOT,
  /** Where the new timeline left the old one, written down for the capture side. */
  RECORD_FORK,
  ALLOW_WRITES,
  /** Clients reach the new primary from here on. */
  REPOINT_CLIENTS,
  /** A write through the clients' own way, on the right timeline. */
  VERIFY_WRITES,
  /** What was sealed or known of the old primary and is not on the new one. */
  MEASURE_LOSS,
  PLAN_BACKUP,
  RESTORE_BACKUP,
  VERIFY_BACKUP,
  /** Lets clients in to the restored database where no server could be promoted. */
  ADOPT_BACKUP,
  /** Tells the platform to start its application servers again. */
  RESUME_SERVICES,
  VERIFY_SERVICES,
  OBSERVE_PERFORMANCE,
  PLAN_TARGET,
  FILL_TARGET,
  CONFIRM_TARGET;

  @JsonValue
  public String wire() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @JsonCreator
  static OperationId parse(String text) {
    return Arrays.stream(values())
        .filter(id -> id.wire().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("operation '" + text + "' is not a known one"));
  }
}
