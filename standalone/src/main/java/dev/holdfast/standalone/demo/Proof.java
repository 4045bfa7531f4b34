/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.postgres.Connections;
import dev.holdfast.postgres.verify.ContentHash;
import dev.holdfast.postgres.verify.TableContent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a database held at one moment, to compare a restored one with. */
record Proof(Map<String, TableContent> tables) {

  static Proof of(Connections connections, Optional<String> snapshot) {
    var tables = new TreeMap<String, TableContent>();
    for (var table : ContentHash.of(connections, ContentHash.tables(connections), snapshot, 2)) {
      tables.put(table.schema() + "." + table.name(), table);
    }
    return new Proof(tables);
  }

  long rows() {
    return tables.values().stream().mapToLong(TableContent::rows).sum();
  }

  /** Every difference in words; empty when both hold the same bytes in the same tables. */
  List<String> differences(Proof restored) {
    var found = new ArrayList<String>();
    tables.forEach(
        (name, table) -> {
          var other = restored.tables.get(name);
          if (other == null) {
            found.add(name + " is missing");
          } else if (!other.equals(table)) {
            found.add(
                name
                    + " has "
                    + other.rows()
                    + " rows with hash "
                    + other.hash()
                    + " instead of "
                    + table.rows()
                    + " with "
                    + table.hash());
          }
        });
    restored.tables.keySet().stream()
        .filter(name -> !tables.containsKey(name))
        .forEach(name -> found.add(name + " is not in the source"));
    return found;
  }
}
