/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static dev.holdfast.postgres.restore.TableFold.contradiction;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.Sql;
import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.base.BaseIndex.Identity;
import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.changes.ChangeRecord.SequenceState;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.ddl.DdlRecord;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/** What all changes since the base come to, table by table. Tables are known by OID. */
final class ChangeFold {

  /** Holdfast's own schema in the source; its tables are published and never restored. */
  static final String OWN_SCHEMA = "holdfast";

  private final Map<Long, TableFold> folds = new HashMap<>();
  private final Set<String> excluded = new HashSet<>();
  private final SequenceStates sequences = new SequenceStates();
  private final Relations relations = new Relations();
  private final TableLayouts layouts;

  /** Rows of these tables are of later: changes before do not count. */
  private final Map<Long, Position> since;

  /** Where the commit record of the transaction at hand begins. */
  private Lsn commit = Lsn.NONE;

  /** Definitions were changed since this was asked for last. */
  private boolean redefined;

  /** Changes are those of the transaction that is left out. */
  private boolean leaving;

  /** For a target with the base's own definitions. */
  ChangeFold(BaseIndex base, FoldBudget budget) {
    this(base, base, List.of(), Map.of(), budget, Optional.empty(), FoldScope.ALL);
  }

  /**
   * @param target the tables that are restored: what their rows look like at the target
   * @param added columns of {@code target} that older rows do not have
   * @param since tables whose rows in {@code base} stand at a later position
   * @param dependents when a transaction is left out: collects what later ones built on
   * @param scope which rows are brought
   */
  ChangeFold(
      BaseIndex base,
      BaseIndex target,
      List<BaseIndex.AddedColumn> added,
      Map<Long, Position> since,
      FoldBudget budget,
      Optional<DependentRows> dependents,
      FoldScope scope) {
    this.since = since;
    layouts = new TableLayouts(base, target, added);
    for (BaseIndex.Table table : target.tables()) {
      String name = table.schema() + "." + table.name();
      int[] key =
          table.identity() == Identity.KEY
              ? IntStream.range(0, table.columns().size())
                  .filter(i -> table.columns().get(i).key())
                  .toArray()
              : new int[0];
      RowIdentity identity = RowIdentity.of(name, key);
      TableFold all =
          table.identity() == Identity.KEY
              ? new KeyFold(name, table.columns().size(), key, budget)
              : new RowFold(name, budget);
      TableFold fold =
          dependents
              .<TableFold>map(
                  rows ->
                      new LeavingOut(all, identity, budget, rows.of(table.schema(), table.name())))
              .orElse(all);
      folds.put(table.oid(), scope.limit(table.oid(), name, identity, fold));
    }
    for (BaseIndex.Excluded table : base.excluded()) {
      excluded.add(Sql.qualified(table.schema(), table.name()));
    }
  }

  /** Remembers what an OID means from here on, also where the changes themselves are left out. */
  void relation(Relation relation) {
    relations.put(relation);
    layouts.described(relation.oid());
  }

  /** Whether definitions were changed since this was asked for last. */
  boolean redefined() {
    boolean was = redefined;
    redefined = false;
    return was;
  }

  /**
   * A transaction begins.
   *
   * @param commitRecord where its commit record begins
   * @param leftOut it is the one that is left out
   */
  void begin(Lsn commitRecord, boolean leftOut) {
    commit = commitRecord;
    if (leftOut != leaving) {
      leaving = leftOut;
      folds.values().forEach(fold -> fold.leaving(leftOut));
    }
  }

  /** A position is the end of a record: what begins before it is in the rows that stand there. */
  private boolean isPast(long table) {
    Position from = since.get(table);
    return from != null && commit.isBefore(from.lsn());
  }

  /** Takes in a change of a transaction that belongs to the target. */
  void change(ChangeRecord change) {
    switch (change) {
      case ChangeRecord.Insert insert ->
          into(insert.relation(), insert)
              .ifPresent(it -> it.fold().insert(it.map().row(insert.row())));
      case ChangeRecord.Update update ->
          into(update.relation(), update)
              .ifPresent(
                  it ->
                      it.fold()
                          .update(
                              update.old().map(old -> it.old(old)), it.map().row(update.row())));
      case ChangeRecord.Delete delete ->
          into(delete.relation(), delete).ifPresent(it -> it.fold().delete(it.old(delete.old())));
      case ChangeRecord.Truncate truncate -> {
        for (long oid : truncate.relations()) {
          // The parent of partitions is named too, but has no rows of its own and is not in the
          // base.
          TableFold fold = folds.get(oid);
          if (fold != null && !isPast(oid)) {
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
    sequences.add(state);
  }

  TableFold of(BaseIndex.Table table) {
    TableFold fold = folds.get(table.oid());
    if (fold == null) {
      throw new IllegalArgumentException("no such table: " + table.oid());
    }
    return fold;
  }

  SequenceStates sequences() {
    return sequences;
  }

  /** Where rows of a relation go, and how. */
  private record Into(TableFold fold, RowMap map) {
    ChangeRecord.OldRow old(ChangeRecord.OldRow row) {
      return switch (row) {
        case ChangeRecord.OldRow.Key key -> new ChangeRecord.OldRow.Key(map.row(key.values()));
        case ChangeRecord.OldRow.Full full -> new ChangeRecord.OldRow.Full(map.row(full.values()));
      };
    }
  }

  private Optional<Into> into(long oid, ChangeRecord change) {
    if (isPast(oid)) {
      return Optional.empty();
    }
    Relation relation = TableLayouts.required(relations, oid);
    if (relation.schema().equals(OWN_SCHEMA)) {
      if (DdlRecord.isIn(relation) && change instanceof ChangeRecord.Insert insert) {
        if (leaving) {
          throw new PostgresException(
              PostgresException.Reason.FAILED,
              "except-xid",
              "the transaction to leave out changed definitions, which all rows after it follow",
              "restore to just before it, or take it along");
        }
        DdlRecord record = DdlRecord.of(relation, insert.row());
        if (record.oid().filter(this::isPast).isEmpty()) {
          layouts.apply(record);
        }
        redefined = true;
      }
      return Optional.empty();
    }
    if (!layouts.knows(oid)) {
      String name = relation.schema() + "." + relation.name();
      if (excluded.contains(Sql.qualified(relation.schema(), relation.name()))) {
        return Optional.empty();
      }
      throw contradiction(name, "rows change although the base does not know the table");
    }
    TableFold fold = folds.get(oid);
    return fold == null ? Optional.empty() : layouts.map(relation).map(map -> new Into(fold, map));
  }
}
