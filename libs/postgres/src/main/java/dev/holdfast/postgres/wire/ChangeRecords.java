/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.wire;

import dev.holdfast.postgres.changes.ChangeRecord;
import java.util.Optional;

/** Turns what the wire carries into what a segment keeps. */
public final class ChangeRecords {

  private ChangeRecords() {}

  /** Empty for messages that say nothing about rows (origins, type names). */
  public static Optional<ChangeRecord> of(PgOutputMessage message) {
    return switch (message) {
      case PgOutputMessage.Insert m -> Optional.of(new ChangeRecord.Insert(m.relation(), m.row()));
      case PgOutputMessage.Update m ->
          Optional.of(new ChangeRecord.Update(m.relation(), m.old(), m.row()));
      case PgOutputMessage.Delete m -> Optional.of(new ChangeRecord.Delete(m.relation(), m.old()));
      case PgOutputMessage.Begin m ->
          Optional.of(new ChangeRecord.Begin(m.xid(), m.commitTime(), m.finalLsn()));
      case PgOutputMessage.Commit m ->
          Optional.of(new ChangeRecord.Commit(m.commitLsn(), m.endLsn(), m.time()));
      case PgOutputMessage.Relation m ->
          Optional.of(
              new ChangeRecord.Relation(m.oid(), m.schema(), m.name(), m.identity(), m.columns()));
      case PgOutputMessage.Truncate m ->
          Optional.of(new ChangeRecord.Truncate(m.relations(), m.cascade(), m.restartIdentity()));
      case PgOutputMessage.LogicalMessage m ->
          Optional.of(
              new ChangeRecord.Message(m.transactional(), m.lsn(), m.prefix(), m.content()));
      case PgOutputMessage.Origin _, PgOutputMessage.Type _ -> Optional.empty();
    };
  }
}
