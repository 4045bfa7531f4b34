/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static dev.holdfast.postgres.restore.TableFold.contradiction;

import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.changes.ChangeRecord.ReplicaIdentity;
import dev.holdfast.postgres.changes.ChangeRecord.SequenceState;
import dev.holdfast.postgres.changes.Relations;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What all changes since the base come to, table by table. Tables are known by OID. */
final class ChangeFold {

  /** The values at which a sequence was seen; which one is the furthest, its direction tells. */
  record SequenceRange(long lowest, long highest) {
    SequenceRange with(SequenceRange other) {
      return new SequenceRange(Math.min(lowest, other.lowest), Math.max(highest, other.highest));
    }
  }

  /** Holdfast's own schema in the source; its tables are published and never restored. */
  static final String OWN_SCHEMA = "holdfast";

  private final Map<Long, BaseIndex.Table> tables = new HashMap<>();
  private final Map<Long, TableFold> folds = new HashMap<>();
  private final Set<String> excluded = new HashSet<>();
  private final Map<String, SequenceRange> sequences = new HashMap<>();
  private final Relations relations = new Relations();

  /** Relations whose last record was compared with the base. */
  private final Set<Long> compared = new HashSet<>();

  ChangeFold(BaseIndex base, FoldBudget budget) {
    for (BaseIndex.Table table : base.tables()) {
      String name = table.schema() + "." + table.name();
      int[] key =
          IntStream.range(0, table.columns().size())
              .filter(i -> table.columns().get(i).key())
              .toArray();
      tables.put(table.oid(), table);
      folds.put(
          table.oid(),
          table.identity() == Identity.KEY
              ? new KeyFold(name, table.columns().size(), key, budget)
              : new RowFold(name, budget));
    }
    for (BaseIndex.Excluded table : base.excluded()) {
      excluded.add(Sql.qualified(table.schema(), table.name()));
    }
  }

  /** Remembers what an OID means from here on, also where the changes themselves are left out. */
  void relation(Relation relation) {
    relations.put(relation);
    compared.remove(relation.oid());
  }

  /** Takes in a change of a transaction that belongs to the target. */
  void change(ChangeRecord change) {
    switch (change) {
      case ChangeRecord.Insert insert ->
          foldOf(insert.relation()).ifPresent(fold -> fold.insert(insert.row()));
      case ChangeRecord.Update update ->
          foldOf(update.relation()).ifPresent(fold -> fold.update(update.old(), update.row()));
      case ChangeRecord.Delete delete ->
          foldOf(delete.relation()).ifPresent(fold -> fold.delete(delete.old()));
      case ChangeRecord.Truncate truncate -> {
        for (long oid : truncate.relations()) {
          // The parent of partitions is named too, but has no rows of its own and is not in the
          // base.
          TableFold fold = folds.get(oid);
          if (fold != null) {
            fold.truncate();
          }
        }
      }
      case ChangeRecord.Begin _,
          ChangeRecord.Commit _,
          ChangeRecord.Relation _,
          ChangeRecord.SequenceState _,
          ChangeRecord.Message _ ->
          throw new IllegalArgumentException("no row change: " + change.getClass());
    }
  }

  /** Takes in a sequence's state, as it was at some moment since the base. */
  void sequence(SequenceState state) {
    sequences.merge(
        Sql.qualified(state.schema(), state.name()),
        new SequenceRange(state.lastValue(), state.lastValue()),
        SequenceRange::with);
  }

  TableFold of(BaseIndex.Table table) {
    TableFold fold = folds.get(table.oid());
    if (fold == null) {
      throw new IllegalArgumentException("no such table: " + table.oid());
    }
    return fold;
  }

  Optional<SequenceRange> sequence(String schema, String name) {
    return Optional.ofNullable(sequences.get(Sql.qualified(schema, name)));
  }

  private Optional<TableFold> foldOf(long oid) {
    Relation relation =
        relations
            .get(oid)
            .orElseThrow(
                () -> contradiction("with OID " + oid, "rows change that no record describes"));
    BaseIndex.Table table = tables.get(oid);
    if (table == null) {
      String name = relation.schema() + "." + relation.name();
      if (relation.schema().equals(OWN_SCHEMA)
          || excluded.contains(Sql.qualified(relation.schema(), relation.name()))) {
        return Optional.empty();
      }
      throw contradiction(name, "rows change although the base does not know the table");
    }
    if (compared.add(oid)) {
      compare(relation, table);
    }
    return Optional.of(of(table));
  }

  /**
   * A schema change is recorded as a hole, so no plan reaches beyond one. Should one be met all the
   * same, rows must not be put into the wrong columns.
   */
  private static void compare(Relation relation, BaseIndex.Table table) {
    String streamed =
        shape(
            relation.schema(),
            relation.name(),
            identity(relation),
            relation.columns().stream()
                .map(it -> column(it.name(), it.typeOid(), it.key()))
                .toList());
    String based =
        shape(
            table.schema(),
            table.name(),
            table.identity(),
            table.columns().stream()
                .map(
                    it ->
                        column(
                            it.name(), it.typeOid(), table.identity() == Identity.FULL || it.key()))
                .toList());
    if (!streamed.equals(based)) {
      throw contradiction(
          table.schema() + "." + table.name(),
          "the schema changed: the base has " + based + ", the changes have " + streamed);
    }
  }

  private static Identity identity(Relation relation) {
    boolean keyed = relation.columns().stream().anyMatch(ChangeRecord.Column::key);
    return relation.identity() == ReplicaIdentity.FULL
        ? Identity.FULL
        : keyed ? Identity.KEY : Identity.NONE;
  }

  private static String column(String name, long type, boolean key) {
    return name + " (type " + type + (key ? ", key)" : ")");
  }

  private static String shape(String schema, String name, Identity identity, List<String> columns) {
    return schema
        + "."
        + name
        + " "
        + identity
        + columns.stream().collect(Collectors.joining(", ", " [", "]"));
  }
}
