/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.search;

import dev.holdfast.postgres.changes.ChangeRecord;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.changes.Relations;
import dev.holdfast.postgres.changes.Tuple;
import dev.holdfast.postgres.search.FoundTransaction.ChangedRow;
import dev.holdfast.postgres.search.FoundTransaction.ChangedTable;
import dev.holdfast.postgres.search.FoundTransaction.Operation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns the records of each transaction that is wanted into what a person asked for. */
final class Finder implements Transactions.Visitor {

  private static final class Counts {
    long inserted;
    long updated;
    long deleted;
    boolean truncated;
  }

  private record Table(String schema, String name) {}

  private final ChangeSearch.Query query;
  private final ChangeSearch.Listener listener;
  private final Relations relations = new Relations();

  /** By OID, or every row would ask anew. */
  private final Map<Long, Boolean> wanted = new HashMap<>();

  private final Map<Table, Counts> tables = new LinkedHashMap<>();
  private final List<ChangedRow> rows = new ArrayList<>();
  private long rowsLeftOut;

  Finder(ChangeSearch.Query query, ChangeSearch.Listener listener) {
    this.query = query;
    this.listener = listener;
  }

  @Override
  public boolean begins(ChangeRecord.Begin begin) {
    tables.clear();
    rows.clear();
    rowsLeftOut = 0;
    return query.wants(begin);
  }

  @Override
  public void described(Relation relation) {
    relations.put(relation);
    wanted.put(relation.oid(), query.wants(relation));
  }

  @Override
  public void changed(ChangeRecord change) {
    switch (change) {
      case ChangeRecord.Insert it ->
          row(it.relation(), Operation.INSERT, Optional.empty(), Optional.of(it.row()));
      case ChangeRecord.Update it ->
          row(it.relation(), Operation.UPDATE, it.old(), Optional.of(it.row()));
      case ChangeRecord.Delete it ->
          row(it.relation(), Operation.DELETE, Optional.of(it.old()), Optional.empty());
      case ChangeRecord.Truncate it -> it.relations().forEach(this::truncated);
      default -> throw new IllegalArgumentException("no change of rows: " + change.getClass());
    }
  }

  private void truncated(long oid) {
    // The parent of partitions is named too, and need not be described.
    if (query.cell().isEmpty()) {
      relations.get(oid).filter(it -> wants(it)).ifPresent(it -> counts(it).truncated = true);
    }
  }

  private void row(long oid, Operation operation, Optional<OldRow> old, Optional<Tuple> now) {
    Relation relation =
        relations
            .get(oid)
            .orElseThrow(() -> new IllegalStateException("OID " + oid + " is not described"));
    if (!wants(relation)) {
      return;
    }
    if (query.cell().isEmpty() && rows.size() >= query.rows()) {
      count(relation, operation);
      rowsLeftOut++;
      return;
    }
    Map<String, @Nullable String> before =
        old.map(it -> values(relation, it.values(), it instanceof OldRow.Key)).orElse(Map.of());
    Map<String, @Nullable String> after =
        now.map(it -> values(relation, it, false)).orElse(Map.of());
    if (query.cell().filter(cell -> !has(before, cell) && !has(after, cell)).isPresent()) {
      return;
    }
    count(relation, operation);
    if (rows.size() < query.rows()) {
      rows.add(new ChangedRow(relation.schema(), relation.name(), operation, before, after));
    } else {
      rowsLeftOut++;
    }
  }

  private boolean wants(Relation relation) {
    return wanted.getOrDefault(relation.oid(), false);
  }

  private void count(Relation relation, Operation operation) {
    Counts counts = counts(relation);
    switch (operation) {
      case INSERT -> counts.inserted++;
      case UPDATE -> counts.updated++;
      case DELETE -> counts.deleted++;
    }
  }

  private Counts counts(Relation relation) {
    return tables.computeIfAbsent(new Table(relation.schema(), relation.name()), _ -> new Counts());
  }

  private static boolean has(Map<String, @Nullable String> row, ChangeSearch.Cell cell) {
    return cell.value().equals(row.get(cell.column()));
  }

  private static Map<String, @Nullable String> values(
      Relation relation, Tuple tuple, boolean keyOnly) {
    Map<String, @Nullable String> values = new LinkedHashMap<>();
    for (int i = 0; i < relation.columns().size(); i++) {
      ChangeRecord.Column column = relation.columns().get(i);
      if (!tuple.isUnchanged(i) && (!keyOnly || column.key())) {
        values.put(
            column.name(),
            tuple.isNull(i) ? null : new String(tuple.value(i), StandardCharsets.UTF_8));
      }
    }
    return values;
  }

  @Override
  public boolean committed(ChangeRecord.Begin begin, ChangeRecord.Commit commit) {
    if (tables.isEmpty()) {
      return true;
    }
    List<ChangedTable> changed = new ArrayList<>();
    tables.forEach(
        (table, counts) ->
            changed.add(
                new ChangedTable(
                    table.schema(),
                    table.name(),
                    counts.inserted,
                    counts.updated,
                    counts.deleted,
                    counts.truncated)));
    return listener.test(
        new FoundTransaction(
            begin.xid(), commit.time(), commit.endLsn(), changed, rows, rowsLeftOut));
  }
}
