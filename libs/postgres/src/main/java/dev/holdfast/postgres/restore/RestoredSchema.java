/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Position;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.TableBaseIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The definitions that a restore ends with, and how rows of its base get there.
 *
 * @param base with the rows of later bases of single tables
 * @param target the newest definitions; its tables have the chunks of the base's
 * @param added all columns that were added since the base, oldest first
 * @param since where the rows of single tables stand that are not the base's: their changes before
 *     do not count
 */
record RestoredSchema(
    BaseIndex base,
    BaseIndex target,
    List<BaseIndex.AddedColumn> added,
    Map<Long, Position> since) {

  /** Bases of single tables, and which of each count. */
  record Tables(TableBaseIndex index, Set<Long> wanted) {}

  /**
   * @param recorded definitions since the base, oldest first
   */
  static RestoredSchema of(BaseIndex whole, List<BaseIndex> recorded, List<Tables> bases) {
    Map<Long, Position> since = new HashMap<>();
    bases.forEach(
        tables -> tables.wanted().forEach(oid -> since.put(oid, tables.index().position())));
    BaseIndex base = with(whole, bases, since.keySet());
    if (recorded.isEmpty()) {
      return new RestoredSchema(base, base, List.of(), since);
    }
    BaseIndex last = recorded.getLast();
    Map<Long, BaseIndex.Table> rows = new HashMap<>();
    base.tables().forEach(table -> rows.put(table.oid(), table));
    List<BaseIndex.Table> tables = new ArrayList<>();
    for (BaseIndex.Table table : last.tables()) {
      BaseIndex.Table based = rows.get(table.oid());
      tables.add(
          new BaseIndex.Table(
              table.oid(),
              table.schema(),
              table.name(),
              table.identity(),
              table.columns(),
              based == null ? List.of() : based.chunks(),
              based == null ? 0 : based.rows()));
    }
    return new RestoredSchema(
        base,
        new BaseIndex(
            last.format(),
            base.position(),
            last.serverVersion(),
            base.encoding(),
            last.database(),
            last.schema(),
            last.roles(),
            last.settings(),
            tables,
            last.sequences(),
            last.excluded(),
            last.properties(),
            base.largeObjects()),
        recorded.stream().flatMap(index -> index.added().stream()).toList(),
        since);
  }

  private static BaseIndex with(BaseIndex base, List<Tables> bases, Set<Long> replaced) {
    if (bases.isEmpty()) {
      return base;
    }
    List<BaseIndex.Table> tables = new ArrayList<>(base.tables());
    tables.removeIf(table -> replaced.contains(table.oid()));
    for (Tables each : bases) {
      each.wanted().forEach(oid -> each.index().table(oid).ifPresent(tables::add));
    }
    return base.withTables(tables);
  }

  /** Only these tables. */
  RestoredSchema only(Selection selection) {
    if (selection.isAll()) {
      return this;
    }
    selection.requireIn(target);
    return new RestoredSchema(base, target.only(selection::covers), added, since);
  }

  ChangeFold fold(FoldBudget budget, Optional<DependentRows> dependents, FoldScope scope) {
    return new ChangeFold(base, target, added, since, budget, dependents, scope);
  }

  /** How lines of the base become lines of the target, by the table's OID. */
  Map<Long, RowMap> maps() {
    TableLayouts layouts = new TableLayouts(base, target, added);
    Map<Long, RowMap> maps = new HashMap<>();
    Set<Long> wanted =
        target.tables().stream().map(BaseIndex.Table::oid).collect(Collectors.toSet());
    base.tables().stream()
        .filter(table -> wanted.contains(table.oid()))
        .forEach(table -> maps.put(table.oid(), layouts.ofBase(table)));
    return maps;
  }
}
