/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
import dev.holdfast.model.Position;
import java.time.Instant;

/** The moment that a restore should bring back. */
public sealed interface RestoreTarget {

  /** The moment itself. */
  default RestoreTarget moment() {
    return this;
  }

  /** The same as of {@code lsn}. */
  default RestoreTarget at(Lsn lsn) {
    return new AtLsn(lsn);
  }

  /** The newest moment that the vault holds. */
  record Latest() implements RestoreTarget {
    @Override
    public String toString() {
      return "the latest recovery point";
    }
  }

  /**
   * Everything before the first commit, in LSN order, whose commit time is later than {@code time}.
   */
  record AtTime(Instant time) implements RestoreTarget {
    @Override
    public String toString() {
      return time.toString();
    }
  }

  /**
   * Every commit whose record ends at or before {@code lsn}, on the history that the source went on
   * with (commits that a promotion orphaned belong to none).
   */
  record AtLsn(Lsn lsn) implements RestoreTarget {
    @Override
    public String toString() {
      return "LSN " + lsn;
    }
  }

  /**
   * A restore point: every commit that ends at or before {@code position}, on its own timeline and
   * no other.
   */
  record AtPoint(PointName name, Position position) implements RestoreTarget {
    @Override
    public String toString() {
      return "restore point '" + name + "'";
    }
  }

  /**
   * A transaction that is left out.
   *
   * @param xid 32 bit, unsigned
   * @param record where its commit record begins
   */
  record LeftOut(long xid, Lsn record) {}

  /** A moment as if one transaction had never been. */
  record Without(RestoreTarget moment, LeftOut transaction) implements RestoreTarget {

    public Without {
      if (moment instanceof Without) {
        throw new IllegalArgumentException("one transaction can be left out, not several");
      }
    }

    @Override
    public RestoreTarget at(Lsn lsn) {
      return new Without(new AtLsn(lsn), transaction);
    }

    @Override
    public String toString() {
      return moment + " without transaction " + transaction.xid();
    }
  }
}
