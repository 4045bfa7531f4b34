/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;

/** The database that a restore fills; created when it does not exist. */
public record TargetDatabase(DatabaseUrl url, Credentials credentials) {

  /** How the sessions of a restore are named. */
  static final String SESSIONS = "holdfast-restore";

  Connections connections() {
    return Connections.to(url, credentials).named(SESSIONS).writing();
  }
}
