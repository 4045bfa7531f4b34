/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.base;

import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.changes.ChangeRecord;
import java.util.List;
import java.util.Optional;

/**
 * A table in scope that has rows of its own, as one snapshot of the catalog shows it.
 *
 * @param filenode changes when the table is truncated or rewritten
 * @param notStreamed why its changes cannot be streamed; empty when they can
 * @param columns in attribute order, dropped and generated ones left out
 */
public record SourceTable(
    long oid,
    String schema,
    String name,
    long filenode,
    Identity identity,
    Optional<String> notStreamed,
    List<Column> columns) {

  /**
   * @param number {@code attnum}
   * @param type as {@code format_type} prints it
   * @param key part of the replica identity index; false for identity FULL
   */
  public record Column(
      int number, String name, long typeOid, int typmod, String type, boolean key) {}

  public SourceTable {
    columns = List.copyOf(columns);
  }

  /** Quoted, with its schema. */
  public String quoted() {
    return Sql.qualified(schema, name);
  }

  public boolean streamed() {
    return notStreamed.isEmpty();
  }

  /**
   * In what a relation of the stream is not this table as it was at the base: then its rows cannot
   * be read with the base's columns. Names do not matter, tables are known by OID.
   */
  public Optional<String> difference(ChangeRecord.Relation relation) {
    String who = "table " + schema + "." + name;
    Identity now =
        switch (relation.identity()) {
          case FULL -> Identity.FULL;
          case NOTHING -> Identity.NONE;
          case DEFAULT, INDEX ->
              relation.columns().stream().anyMatch(ChangeRecord.Column::key)
                  ? Identity.KEY
                  : Identity.NONE;
        };
    if (now != identity) {
      return Optional.of(who + " has replica identity " + now + " now, was " + identity);
    }
    if (relation.columns().size() != columns.size()) {
      return Optional.of(
          who + " has " + relation.columns().size() + " columns now, had " + columns.size());
    }
    for (int i = 0; i < columns.size(); i++) {
      Column before = columns.get(i);
      ChangeRecord.Column after = relation.columns().get(i);
      if (!before.name().equals(after.name())) {
        return Optional.of(who + ": column " + before.name() + " is now " + after.name());
      }
      if (before.typeOid() != after.typeOid() || before.typmod() != after.typmod()) {
        return Optional.of(who + ": column " + before.name() + " has another type now");
      }
      if (identity == Identity.KEY && before.key() != after.key()) {
        return Optional.of(who + ": its key has other columns now");
      }
    }
    return Optional.empty();
  }
}
