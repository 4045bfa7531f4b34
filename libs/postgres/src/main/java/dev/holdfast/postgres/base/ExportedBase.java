/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.vault.ObjectRef;
import java.util.List;

/**
 * A base whose objects are all stored, and that no manifest names yet.
 *
 * @param reference the {@code BASE_INDEX} object
 * @param objects every other object: schema, roles, rows
 */
public record ExportedBase(BaseIndex index, ObjectRef reference, List<ObjectRef> objects) {

  public ExportedBase {
    objects = List.copyOf(objects);
  }

  /** Rows of all tables. */
  public long rows() {
    return index.tables().stream().mapToLong(BaseIndex.Table::rows).sum();
  }
}
