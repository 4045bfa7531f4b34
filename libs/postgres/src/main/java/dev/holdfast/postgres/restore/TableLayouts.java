/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndex.AddedColumn;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.changes.ChangeRecord.ReplicaIdentity;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.ddl.DdlRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which columns a table has at each place of the stream. It begins with the base's; changes of
 * definitions stand in the stream between the rows before and after them.
 */
final class TableLayouts {

  /**
   * @param number {@code attnum}
   */
  record Column(int number, String name, long typeOid, boolean key) {}

  private record Layout(String name, Identity identity, List<Column> columns) {}

  private record AddedTo(long table, int number) {}

  private final Map<Long, BaseIndex.Table> targets = new HashMap<>();
  private final Map<Long, Layout> layouts = new HashMap<>();
  private boolean redefined;
  private final Map<AddedTo, Optional<String>> added = new HashMap<>();
  private final Map<Long, RowMap> maps = new HashMap<>();

  /**
   * @param target what is restored: the base's tables, or those of recorded definitions
   * @param columns added between the base and the target, oldest first
   */
  TableLayouts(BaseIndex base, BaseIndex target, List<AddedColumn> columns) {
    target.tables().forEach(table -> targets.put(table.oid(), table));
    base.tables().forEach(table -> layouts.put(table.oid(), layout(table)));
    columns.forEach(
        column -> added.putIfAbsent(new AddedTo(column.table(), column.number()), column.value()));
  }

  private static Layout layout(BaseIndex.Table table) {
    return new Layout(
        table.schema() + "." + table.name(),
        table.identity(),
        table.columns().stream()
            .map(
                c ->
                    new Column(c.number(), c.name(), c.typeOid(), isKey(table.identity(), c.key())))
            .toList());
  }

  /** In the stream, every column of a table with identity FULL is marked. */
  private static boolean isKey(Identity identity, boolean key) {
    return identity == Identity.FULL || (identity == Identity.KEY && key);
  }

  /** How lines of a base's table become lines of the target's. */
  RowMap ofBase(BaseIndex.Table table) {
    BaseIndex.Table target = targets.get(table.oid());
    return map(table.oid(), layout(table), target == null ? table : target);
  }

  /** Takes in a change of definitions, in the order of the stream. */
  void apply(DdlRecord record) {
    redefined = true;
    if (record.oid().isEmpty()) {
      return;
    }
    long oid = record.oid().get();
    record
        .definition()
        .ifPresent(
            definition -> {
              maps.remove(oid);
              layouts.put(
                  oid,
                  new Layout(
                      definition.schema() + "." + definition.name(),
                      definition.identity(),
                      definition.streamed().stream()
                          .map(
                              c ->
                                  new Column(
                                      c.number(),
                                      c.name(),
                                      c.typeOid(),
                                      isKey(definition.identity(), c.key())))
                          .toList()));
            });
  }

  /** A relation is described anew: it has to be compared again. */
  void described(long oid) {
    maps.remove(oid);
  }

  /** The base or a change of definitions since has told of this table. */
  boolean knows(long oid) {
    return layouts.containsKey(oid);
  }

  /**
   * How rows of {@code relation} become rows of the target; empty for a table that the target does
   * not have.
   */
  Optional<RowMap> map(Relation relation) {
    BaseIndex.Table target = targets.get(relation.oid());
    if (target == null) {
      return Optional.empty();
    }
    RowMap known = maps.get(relation.oid());
    if (known != null) {
      return Optional.of(known);
    }
    Layout layout = layouts.get(relation.oid());
    if (layout == null) {
      throw TableFold.contradiction(
          relation.schema() + "." + relation.name(), "rows change although nothing tells of it");
    }
    compare(relation, layout);
    RowMap map = map(relation.oid(), layout, target);
    maps.put(relation.oid(), map);
    return Optional.of(map);
  }

  private RowMap map(long oid, Layout layout, BaseIndex.Table target) {
    Set<Integer> keys =
        layout.columns().stream()
            .filter(Column::key)
            .map(Column::number)
            .collect(Collectors.toSet());
    Set<Integer> wanted =
        target.columns().stream()
            .filter(BaseIndex.Column::key)
            .map(BaseIndex.Column::number)
            .collect(Collectors.toSet());
    if (layout.identity() != target.identity()
        || (target.identity() == Identity.KEY && !keys.equals(wanted))) {
      throw TableFold.contradiction(
          layout.name(), "rows have another identity than the table has at the target");
    }
    return RowMap.between(
        layout.columns(),
        target.columns(),
        number -> {
          Optional<String> value = added.get(new AddedTo(oid, number));
          if (value == null) {
            throw TableFold.contradiction(
                layout.name(), "rows lack column " + number + ", which nobody noted to be added");
          }
          return value;
        });
  }

  /**
   * A change of definitions is noted in the stream, or recorded as a hole. Should one be met that
   * is neither, rows must not be put into the wrong columns.
   */
  private void compare(Relation relation, Layout layout) {
    boolean keyed = relation.columns().stream().anyMatch(column -> column.key());
    Identity identity =
        relation.identity() == ReplicaIdentity.FULL
            ? Identity.FULL
            : keyed ? Identity.KEY : Identity.NONE;
    String streamed =
        shape(
            identity,
            relation.columns().stream()
                .map(c -> shape(c.name(), c.typeOid(), isKey(identity, c.key())))
                .toList());
    String known =
        shape(
            layout.identity(),
            layout.columns().stream().map(c -> shape(c.name(), c.typeOid(), c.key())).toList());
    boolean renamed = !(relation.schema() + "." + relation.name()).equals(layout.name());
    if (!streamed.equals(known) || (renamed && !redefined)) {
      throw TableFold.contradiction(
          layout.name(),
          "the schema changed: known is "
              + known
              + ", the changes have "
              + relation.schema()
              + "."
              + relation.name()
              + " "
              + streamed);
    }
  }

  private static String shape(String name, long type, boolean key) {
    return name + " (type " + type + (key ? ", key)" : ")");
  }

  private static String shape(Identity identity, List<String> columns) {
    return identity + columns.stream().collect(Collectors.joining(", ", " [", "]"));
  }

  /** As {@link #map(Relation)} wants relations: only for those that were described. */
  static Relation required(Relations relations, long oid) {
    return relations
        .get(oid)
        .orElseThrow(
            () ->
                TableFold.contradiction("with OID " + oid, "rows change that no record describes"));
  }
}
