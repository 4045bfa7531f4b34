/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import java.util.Set;
import java.util.function.UnaryOperator;

/** Which of the tables in scope are read from a snapshot: others are not locked. */
interface WantedTables {

  WantedTables ALL = state -> UnaryOperator.identity();

  /**
   * @param state all that the snapshot sees
   */
  UnaryOperator<SourceCatalog> of(CatalogState state);

  static WantedTables only(Set<Long> oids) {
    return state -> all -> all.only(oids);
  }
}
