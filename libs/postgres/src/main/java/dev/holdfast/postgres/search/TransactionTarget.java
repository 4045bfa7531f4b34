/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.search;

import dev.holdfast.postgres.restore.RestoreTarget;
import java.util.Optional;

/**
 * A moment that a transaction bounds: with it, or just before it.
 *
 * @param xid 32 bit, unsigned
 * @param included all commits up to it and itself; else all before it
 */
public record TransactionTarget(long xid, boolean included) {

  public TransactionTarget {
    if (xid < 0 || xid > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "transaction " + xid + " is no 32-bit number, as pg_current_xact_id()::xid prints it");
    }
  }

  /** Where that is; empty when no such transaction was captured. */
  public Optional<RestoreTarget.AtLsn> in(ChangeSearch search) {
    return search
        .find(xid)
        .map(found -> new RestoreTarget.AtLsn(included ? found.end() : found.record()));
  }

  @Override
  public String toString() {
    return (included ? "transaction " : "just before transaction ") + xid;
  }
}
