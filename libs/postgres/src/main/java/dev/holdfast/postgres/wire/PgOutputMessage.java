/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.wire;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.changes.ChangeRecord.Column;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.ChangeRecord.ReplicaIdentity;
import dev.holdfast.postgres.changes.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A message of the {@code pgoutput} plugin, protocol version 1 (PostgreSQL documentation, "Logical
 * Replication Message Formats").
 */
public sealed interface PgOutputMessage {

  /**
   * @param finalLsn where the commit record begins
   */
  record Begin(Lsn finalLsn, Instant commitTime, long xid) implements PgOutputMessage {}

  /**
   * @param commitLsn where the commit record begins
   * @param endLsn the byte after the commit record
   */
  record Commit(Lsn commitLsn, Lsn endLsn, Instant time) implements PgOutputMessage {}

  record Origin(Lsn lsn, String name) implements PgOutputMessage {}

  /**
   * @param schema never empty: the wire's empty string stands for {@code pg_catalog}
   */
  record Relation(
      long oid, String schema, String name, ReplicaIdentity identity, List<Column> columns)
      implements PgOutputMessage {

    public Relation {
      columns = List.copyOf(columns);
    }
  }

  record Type(long oid, String schema, String name) implements PgOutputMessage {}

  record Insert(long relation, Tuple row) implements PgOutputMessage {}

  record Update(long relation, Optional<OldRow> old, Tuple row) implements PgOutputMessage {}

  record Delete(long relation, OldRow old) implements PgOutputMessage {}

  record Truncate(List<Long> relations, boolean cascade, boolean restartIdentity)
      implements PgOutputMessage {

    public Truncate {
      relations = List.copyOf(relations);
    }
  }

  /** {@code pg_logical_emit_message}. */
  @SuppressWarnings("ArrayRecordComponent")
  record LogicalMessage(boolean transactional, Lsn lsn, String prefix, byte[] content)
      implements PgOutputMessage {}
}
