/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.vault.ObjectRef;
import java.util.List;

/**
 * A table base whose objects are all stored, and that no manifest names yet.
 *
 * @param reference the {@code BASE_INDEX} object
 */
public record ExportedTables(TableBaseIndex index, ObjectRef reference) {

  /** Every other object: rows. */
  public List<ObjectRef> objects() {
    return index.tables().stream()
        .flatMap(table -> table.chunks().stream())
        .map(BaseIndex.Chunk::object)
        .toList();
  }
}
