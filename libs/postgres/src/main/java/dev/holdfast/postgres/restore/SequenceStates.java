/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.changes.ChangeRecord.SequenceState;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Where the stream has seen each sequence since the base. */
final class SequenceStates {

  /** The values at which a sequence was seen; which one is the furthest, its direction tells. */
  record Range(long lowest, long highest) {
    private Range with(Range other) {
      return new Range(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
    }
  }

  private final Map<String, Range> seen = new HashMap<>();

  void add(SequenceState state) {
    seen.merge(
        Sql.qualified(state.schema(), state.name()),
        new Range(state.lastValue(), state.lastValue()),
        Range::with);
  }

  Optional<Range> of(String schema, String name) {
    return Optional.ofNullable(seen.get(Sql.qualified(schema, name)));
  }
}
