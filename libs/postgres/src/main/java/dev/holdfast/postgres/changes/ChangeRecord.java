/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.changes;

import dev.holdfast.model.Lsn;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One record of a change stream. Records of a transaction stand between its {@link Begin} and its
 * {@link Commit}; transactions follow one another in commit order.
 */
public sealed interface ChangeRecord {

  /** A record that is about rows of one relation. */
  sealed interface RowChange extends ChangeRecord {
    /** OID of the relation. */
    long relation();
  }

  /**
   * A committed transaction begins.
   *
   * @param xid 32 bit, unsigned
   * @param commitTime by the source's clock, microseconds
   * @param finalLsn where its commit record begins
   */
  record Begin(long xid, Instant commitTime, Lsn finalLsn) implements ChangeRecord {}

  /**
   * The transaction is complete.
   *
   * @param commitLsn where its commit record begins
   * @param endLsn the byte after its commit record: the position of this commit
   */
  record Commit(Lsn commitLsn, Lsn endLsn, Instant time) implements ChangeRecord {}

  /** How a relation's old rows are identified, as {@code pg_class.relreplident} says. */
  enum ReplicaIdentity {
    DEFAULT('d'),
    NOTHING('n'),
    FULL('f'),
    INDEX('i');

    private final char code;

    ReplicaIdentity(char code) {
      this.code = code;
    }

    public char code() {
      return code;
    }

    public static ReplicaIdentity of(char code) {
      for (ReplicaIdentity identity : values()) {
        if (identity.code == code) {
          return identity;
        }
      }
      throw new IllegalArgumentException("'" + code + "' is no replica identity (d, n, f or i)");
    }
  }

  /**
   * A column as the stream shows it.
   *
   * @param position from 1, in the order of the values; attribute numbers are not in the stream
   * @param typmod -1 where there is none
   * @param key part of the replica identity
   */
  record Column(int position, String name, long typeOid, int typmod, boolean key) {}

  /**
   * What the records after it mean by an OID. Stands before the first use in every body and again
   * whenever it changes.
   */
  record Relation(
      long oid, String schema, String name, ReplicaIdentity identity, List<Column> columns)
      implements ChangeRecord {

    public Relation {
      columns = List.copyOf(columns);
    }
  }

  record Insert(long relation, Tuple row) implements RowChange {}

  /** What is known of a row before a change. */
  sealed interface OldRow {
    Tuple values();

    /** The identity's columns; all others are NULL here. */
    record Key(Tuple values) implements OldRow {}

    /** The whole row. */
    record Full(Tuple values) implements OldRow {}
  }

  /**
   * @param old empty when the identity is a key that did not change
   * @param row the new row; may hold unchanged values
   */
  record Update(long relation, Optional<OldRow> old, Tuple row) implements RowChange {}

  record Delete(long relation, OldRow old) implements RowChange {}

  /**
   * @param relations OIDs of all tables emptied by one command
   * @param restartIdentity sequences owned by their columns started over
   */
  record Truncate(List<Long> relations, boolean cascade, boolean restartIdentity)
      implements ChangeRecord {

    public Truncate {
      relations = List.copyOf(relations);
    }
  }

  /**
   * State of a sequence, read after the transactions before it: at least as far as they used it.
   * Stands outside of transactions.
   */
  record SequenceState(String schema, String name, long lastValue, boolean called)
      implements ChangeRecord {}

  /**
   * {@code pg_logical_emit_message}.
   *
   * @param transactional whether it stands inside of its transaction
   */
  record Message(boolean transactional, Lsn lsn, String prefix, byte[] content)
      implements ChangeRecord {

    @Override
    public boolean equals(Object other) {
      return other instanceof Message that
          && transactional == that.transactional
          && lsn.equals(that.lsn)
          && prefix.equals(that.prefix)
          && java.util.Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
      return prefix.hashCode() * 31 + java.util.Arrays.hashCode(content);
    }

    @Override
    public String toString() {
      return "Message[" + prefix + ", " + content.length + " bytes at " + lsn + "]";
    }
  }
}
