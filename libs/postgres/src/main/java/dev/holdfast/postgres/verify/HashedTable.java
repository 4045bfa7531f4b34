/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import java.util.List;

/**
 * A table and the columns that are hashed, in this order; usually all but the generated ones, in
 * attribute order.
 */
public record HashedTable(String schema, String name, List<String> columns) {

  public HashedTable {
    columns = List.copyOf(columns);
  }
}
