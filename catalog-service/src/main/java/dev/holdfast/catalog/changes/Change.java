/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.changes;

import java.time.Instant;
import java.util.Locale;

/**
 * Something in the catalog is no longer what it was; what it is now is asked over HTTP.
 *
 * @param kind what it is
 * @param subject id of the source, backup, run or incident, or what an alert is about
 */
public record Change(long sequence, Kind kind, String subject, Instant at) {

  /** What can change. */
  public enum Kind {
    /** State, findings or proofs of a source. */
    SOURCE,
    /** A source's chain has grown. */
    CHAIN,
    /** A source's copy in a region was verified, failed or was healed. */
    REGION,
    BACKUP,
    RUN,
    /** Procedures and objectives were told. */
    PROCEDURE,
    /** A source's data key was told. */
    KEY,
    /** The backup policy that is followed was told. */
    POLICY,
    /** A dry run or a search for transactions was asked for, or answered. */
    QUESTION,
    /** What was seen of a source's triggers was told. */
    TRIGGER,
    /** A legal hold was asked for, placed, released, or found in the vault. */
    HOLD,
    /** A trigger has fired or cleared. */
    INCIDENT,
    /** People were told something. */
    ALERT;

    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
