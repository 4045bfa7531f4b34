/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.segment;

import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.base.CatalogState;
import dev.holdfast.postgres.base.SourceTable;
import dev.holdfast.postgres.changes.ChangeRecord.Relation;
import dev.holdfast.postgres.ddl.DdlRecord;
import dev.holdfast.postgres.scope.TableScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What relations of the stream must look like: as at the newest base or recorded definitions, and
 * as what the stream itself tells of changes since. While a new base is being taken nothing is
 * expected: the changes before it are in a hole.
 */
public final class Expectations {

  /** A transaction of the stream that changed definitions. */
  private record Passed(Lsn end, List<DdlRecord> records) {}

  /** The definitions that are recorded; empty while nothing is expected. */
  private Optional<CatalogState> recorded = Optional.empty();

  /** Where they stand. */
  private Lsn recordedAt = Lsn.NONE;

  private final Map<Long, SourceTable> layouts = new HashMap<>();

  /** By transaction id, in the order of the stream; those that are not recorded yet. */
  private final Map<Long, Passed> passed = new LinkedHashMap<>();

  private final Set<Long> done = new HashSet<>();
  private final List<DdlRecord> coming = new ArrayList<>();

  /** A stream begins: what an earlier one had brought of an unfinished transaction is void. */
  public synchronized void restart() {
    recorded = Optional.empty();
    recordedAt = Lsn.NONE;
    layouts.clear();
    passed.clear();
    done.clear();
    coming.clear();
  }

  /** From now on the source must be as {@code state}, which holds at {@code position}. */
  public synchronized void expect(CatalogState state, Lsn position) {
    recorded = Optional.of(state);
    recordedAt = position;
    layouts.clear();
    state.catalog().tables().forEach(table -> layouts.put(table.oid(), table));
    passed.forEach(
        (xid, transaction) -> {
          if (!transaction.end().isAfter(position)) {
            done.add(xid);
          }
        });
    passed.values().removeIf(transaction -> !transaction.end().isAfter(position));
    passed.values().forEach(transaction -> transaction.records().forEach(this::take));
    coming.forEach(this::take);
  }

  /** The stream had brought this before it began anew. */
  public synchronized void resume(long xid, Lsn end, List<DdlRecord> records) {
    passed.put(xid, new Passed(end, List.copyOf(records)));
    records.forEach(this::take);
  }

  /** Transactions whose changes are recorded: rows of theirs that the source still has are old. */
  public synchronized void recorded(List<Long> xids) {
    done.addAll(xids);
  }

  /** Until the next base anything may come. */
  public synchronized void suspend() {
    recorded = Optional.empty();
    layouts.clear();
  }

  /** The definitions that are recorded; empty while nothing is expected. */
  public synchronized Optional<CatalogState> state() {
    return recorded;
  }

  /** The same definitions, looked at again. */
  public synchronized void refresh(CatalogState state) {
    if (recorded
        .filter(it -> it.fingerprint().rows().equals(state.fingerprint().rows()))
        .isPresent()) {
      recorded = Optional.of(state);
    }
  }

  /**
   * The definitions after {@code xids} are recorded; nothing happens when {@code before} is not
   * what is recorded any more.
   */
  public synchronized void advance(CatalogState before, CatalogState after, Set<Long> xids) {
    passed.entrySet().stream()
        .filter(entry -> xids.contains(entry.getKey()))
        .forEach(entry -> recordedAt = recordedAt.max(entry.getValue().end()));
    done.addAll(xids);
    passed.keySet().removeAll(xids);
    if (recorded.filter(before::equals).isPresent()) {
      recorded = Optional.of(after);
    }
  }

  /** Changes that the stream has brought and that are not recorded: transaction and end. */
  public synchronized Map<Long, Lsn> open() {
    Map<Long, Lsn> open = new LinkedHashMap<>();
    passed.forEach((xid, transaction) -> open.put(xid, transaction.end()));
    return open;
  }

  /** The row of a change that is neither recorded nor brought by the stream. */
  public synchronized boolean isAhead(DdlRecord record) {
    return !done.contains(record.xid()) && !passed.containsKey(record.xid());
  }

  /** The row of a change that is recorded: nobody needs it any more. */
  public synchronized boolean isDone(DdlRecord record) {
    return done.contains(record.xid());
  }

  /** The stream brings a change of definitions, between the rows before and after it. */
  synchronized void noted(DdlRecord record) {
    coming.add(record);
    if (recorded.isPresent()) {
      take(record);
    }
  }

  /** The transaction that brought changes of definitions is complete. */
  synchronized void committed(long xid, Lsn end) {
    if (recorded.isPresent() && !end.isAfter(recordedAt)) {
      // A base that was ahead of the stream holds it.
      done.add(xid);
    } else {
      passed.put(xid, new Passed(end, List.copyOf(coming)));
    }
    coming.clear();
  }

  private void take(DdlRecord record) {
    record
        .oid()
        .ifPresent(
            oid ->
                record
                    .definition()
                    .ifPresent(definition -> layouts.put(oid, definition.asTable(oid))));
  }

  /** In what {@code relation} is not as it must be. */
  synchronized Optional<String> difference(Relation relation) {
    if (isOwn(relation) || recorded.isEmpty()) {
      return Optional.empty();
    }
    SourceTable known = layouts.get(relation.oid());
    return known == null
        ? Optional.of(
            "table " + relation.schema() + "." + relation.name() + " is new since the last base")
        : known.difference(relation);
  }

  static boolean isOwn(Relation relation) {
    return relation.schema().equals(TableScope.OWN_SCHEMA);
  }
}
