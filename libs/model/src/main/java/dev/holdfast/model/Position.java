/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

/**
 * A place in one cluster's history: everything committed with a commit record that <em>ends</em> at
 * or before {@code lsn} on {@code timeline}.
 *
 * @param systemId the cluster's system identifier, as {@code IDENTIFY_SYSTEM} prints it
 * @param timeline timeline id, from 1
 */
public record Position(String systemId, int timeline, Lsn lsn) {

  public Position {
    if (!systemId.matches("[0-9]{1,20}")) {
      throw new IllegalArgumentException(
          "systemId '" + systemId + "' is not a PostgreSQL system identifier (decimal digits)");
    }
    if (timeline < 1) {
      throw new IllegalArgumentException("timeline " + timeline + " must be at least 1");
    }
  }

  public Position at(Lsn other) {
    return new Position(systemId, timeline, other);
  }

  @Override
  public String toString() {
    return lsn + " (timeline " + timeline + ")";
  }
}
