/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.changes;

import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The newest description of every relation that a stream has shown. One per stream; outlives the
 * writers of its bodies. Not for use by several threads at once.
 */
public final class Relations {

  private final Map<Long, Relation> byOid = new HashMap<>();

  /** Remembers; returns what was known of the same OID until now. */
  public Optional<Relation> put(Relation relation) {
    return Optional.ofNullable(byOid.put(relation.oid(), relation));
  }

  public Optional<Relation> get(long oid) {
    return Optional.ofNullable(byOid.get(oid));
  }
}
