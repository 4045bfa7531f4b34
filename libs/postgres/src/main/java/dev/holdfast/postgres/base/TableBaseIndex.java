/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.model.Position;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Index of a table base: the JSON of its {@code BASE_INDEX} object.
 *
 * @param format {@link BaseIndex#FORMAT}
 * @param tables as in a base's index; only those that were there and in scope
 */
public record TableBaseIndex(int format, Position position, List<BaseIndex.Table> tables) {

  public TableBaseIndex {
    Objects.requireNonNull(position, "position");
    tables = List.copyOf(tables);
  }

  public Optional<BaseIndex.Table> table(long oid) {
    return tables.stream().filter(table -> table.oid() == oid).findFirst();
  }

  /** Rows of all tables. */
  public long rows() {
    return tables.stream().mapToLong(BaseIndex.Table::rows).sum();
  }
}
