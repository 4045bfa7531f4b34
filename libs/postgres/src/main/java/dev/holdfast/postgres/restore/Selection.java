/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.scope.TableScope;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Which tables a restore brings back.
 *
 * @param patterns schemas, tables, or {@code schema.table}, as a scope's exclusions are written;
 *     empty for all
 */
public record Selection(List<String> patterns) {

  public static final Selection ALL = new Selection(List.of());

  public Selection {
    patterns = List.copyOf(patterns);
    if (patterns.stream().anyMatch(String::isBlank)) {
      throw new IllegalArgumentException("a name is blank: leave it out");
    }
  }

  boolean isAll() {
    return patterns.isEmpty();
  }

  boolean covers(String schema, String table) {
    return isAll() || TableScope.named(patterns, schema, table);
  }

  /**
   * @throws PostgresException for a pattern that no table has
   */
  void requireIn(BaseIndex index) {
    for (String pattern : patterns) {
      boolean found =
          index.tables().stream()
              .anyMatch(it -> TableScope.named(List.of(pattern), it.schema(), it.name()));
      if (!found) {
        throw new PostgresException(
            PostgresException.Reason.WRONG_SETTING,
            "only",
            "no table named '" + pattern + "' is in the backup at the target",
            "it has "
                + index.tables().stream()
                    .map(it -> it.schema() + "." + it.name())
                    .limit(20)
                    .collect(Collectors.joining(", "))
                + (index.tables().size() > 20 ? " and more" : "")
                + "; partitions are named one by one, or by a pattern such as events%");
      }
    }
  }
}
