/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.search;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecordReader;
import dev.holdfast.postgres.restore.RestorePlan.Part;
import dev.holdfast.vault.ObjectRef;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads captured transactions in commit order. */
final class Transactions {

  /** Is told what the transactions consist of. */
  interface Visitor {

    /** Says whether its changes are wanted. */
    boolean begins(ChangeRecord.Begin begin);

    /** What an OID means from here on. */
    void described(ChangeRecord.Relation relation);

    /** A change of rows, or {@link ChangeRecord.Truncate}, of a transaction that is wanted. */
    void changed(ChangeRecord change);

    /**
     * A transaction that is wanted is complete.
     *
     * @return whether to go on
     */
    boolean committed(ChangeRecord.Begin begin, ChangeRecord.Commit commit);
  }

  private final Function<ObjectRef, InputStream> objects;

  /**
   * @param objects opens what segments consist of, decrypted
   */
  Transactions(Function<ObjectRef, InputStream> objects) {
    this.objects = objects;
  }

  /** Stops when the visitor says so. */
  void read(List<Part> parts, Visitor visitor) {
    for (Part part : parts) {
      try {
        if (!read(part, visitor)) {
          return;
        }
      } catch (IOException e) {
        throw new UncheckedIOException("reading the segment after " + part.segment().from(), e);
      }
    }
  }

  private boolean read(Part part, Visitor visitor) throws IOException {
    ChangeRecord.@Nullable Begin open = null;
    for (ObjectRef body : part.segment().bodies()) {
      try (ChangeRecordReader reader = new ChangeRecordReader(objects.apply(body))) {
        for (ChangeRecord record = reader.next(); record != null; record = reader.next()) {
          switch (record) {
            case ChangeRecord.Begin begin ->
                open = belongs(begin.finalLsn(), part) && visitor.begins(begin) ? begin : null;
            case ChangeRecord.Commit commit -> {
              if (open != null && !visitor.committed(open, commit)) {
                return false;
              }
              open = null;
            }
            case ChangeRecord.Relation relation -> visitor.described(relation);
            case ChangeRecord.RowChange change -> tell(visitor, open, change);
            case ChangeRecord.Truncate truncate -> tell(visitor, open, truncate);
            case ChangeRecord.SequenceState _, ChangeRecord.Message _ -> {}
          }
        }
      }
    }
    if (open != null) {
      throw new PostgresException(
          PostgresException.Reason.DAMAGED,
          null,
          "the segment up to " + part.segment().through() + " ends inside of a transaction",
          "look at times before it, and report this");
    }
    return true;
  }

  private static void tell(
      Visitor visitor, ChangeRecord.@Nullable Begin open, ChangeRecord change) {
    if (open != null) {
      visitor.changed(change);
    }
  }

  /** By where its commit record begins: limits are ends of log records. */
  private static boolean belongs(Lsn commitRecord, Part part) {
    return !commitRecord.isBefore(part.after()) && commitRecord.isBefore(part.limit());
  }
}
