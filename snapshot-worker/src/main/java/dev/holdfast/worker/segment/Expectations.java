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

  private enum Mode {
    /** The newest base has yet to come: whatever it brings is right. */
    NOTHING,
    AS_RECORDED,
    /** Somebody has changed definitions, nobody noted what: what differs is told, once a table. */
    UNNOTED
  }

  /** In what a relation of the stream is not as it must be. */
  public record Difference(long oid, String table, String reason) {}

  /** A transaction of the stream that changed definitions. */
  private record Passed(Lsn end, List<DdlRecord> records) {}

  /** A relation, or a change of definitions, in a transaction whose commit record begins there. */
  private record Heard(Lsn commit, Optional<Relation> relation, Optional<DdlRecord> record) {}

  private Mode mode = Mode.NOTHING;

  /** The definitions that are recorded; empty while nothing is expected. */
  private Optional<CatalogState> recorded = Optional.empty();

  /** Where they stand. */
  private Lsn recordedAt = Lsn.NONE;

  /** What the stream is compared with now; empty for nothing. */
  private Optional<Map<Long, SourceTable>> layouts = Optional.empty();

  /** What it is compared with from {@link #recordedAt} on; empty when that is the same. */
  private Optional<Map<Long, SourceTable>> later = Optional.empty();

  /** By transaction id, in the order of the stream; those that are not recorded yet. */
  private final Map<Long, Passed> passed = new LinkedHashMap<>();

  private final Set<Long> done = new HashSet<>();
  private final List<DdlRecord> coming = new ArrayList<>();

  /** What the stream told since what is recorded counts no more. */
  private final List<Heard> heard = new ArrayList<>();

  private final Set<Long> told = new HashSet<>();
  private long stream;

  /** A stream begins: what an earlier one had brought of an unfinished transaction is void. */
  public synchronized void restart() {
    suspend();
    recordedAt = Lsn.NONE;
    passed.clear();
    done.clear();
    coming.clear();
    stream++;
  }

  /** Which stream this is: what an earlier one told is forgotten. */
  public synchronized long stream() {
    return stream;
  }

  /**
   * From now on the source must be as {@code state}, which holds at {@code position}.
   *
   * @return what the stream has already brought from there on that is not so
   */
  public synchronized List<Difference> expect(CatalogState state, Lsn position) {
    mode = Mode.AS_RECORDED;
    recorded = Optional.of(state);
    recordedAt = position;
    passed.forEach(
        (xid, transaction) -> {
          if (!transaction.end().isAfter(position)) {
            done.add(xid);
          }
        });
    passed.values().removeIf(transaction -> !transaction.end().isAfter(position));
    List<Difference> late = replayed(state, position);
    later = Optional.of(withNoted(state));
    heard.clear();
    told.clear();
    return late;
  }

  private List<Difference> replayed(CatalogState state, Lsn position) {
    Map<Long, SourceTable> then = tables(state);
    List<Difference> late = new ArrayList<>();
    boolean noted = isNoted();
    for (Heard each : heard) {
      if (!each.commit().isBefore(position)) {
        noted |= each.record().isPresent();
        boolean anyName = noted;
        each.relation().flatMap(it -> difference(then, it, anyName)).ifPresent(late::add);
        each.record().ifPresent(it -> take(then, it));
      }
    }
    return late;
  }

  private static Map<Long, SourceTable> tables(CatalogState state) {
    Map<Long, SourceTable> tables = new HashMap<>();
    state.catalog().tables().forEach(table -> tables.put(table.oid(), table));
    return tables;
  }

  /** The stream had brought this before it began anew. */
  public synchronized void resume(long xid, Lsn end, List<DdlRecord> records) {
    passed.put(xid, new Passed(end, List.copyOf(records)));
    records.forEach(record -> later.ifPresent(it -> take(it, record)));
  }

  /** Transactions whose changes are recorded: rows of theirs that the source still has are old. */
  public synchronized void recorded(List<Long> xids) {
    done.addAll(xids);
  }

  /** Until the next base anything may come. */
  public synchronized void suspend() {
    mode = Mode.NOTHING;
    recorded = Optional.empty();
    layouts = Optional.empty();
    later = Optional.empty();
    heard.clear();
    told.clear();
  }

  /** Until definitions are recorded again, others than these may come, and are told. */
  public synchronized void unnoted() {
    if (mode == Mode.AS_RECORDED) {
      mode = Mode.UNNOTED;
    }
  }

  /** The definitions that are recorded; empty while others may come. */
  public synchronized Optional<CatalogState> state() {
    return mode == Mode.AS_RECORDED ? recorded : Optional.empty();
  }

  /** The same definitions, looked at again. */
  public synchronized void refresh(CatalogState state) {
    if (state()
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
      Map<Long, SourceTable> now = withNoted(after);
      if (later.isPresent()) {
        later = Optional.of(now);
      } else {
        layouts = Optional.of(now);
      }
    }
  }

  /** The tables, and what the stream has noted of them since. */
  private Map<Long, SourceTable> withNoted(CatalogState state) {
    Map<Long, SourceTable> now = tables(state);
    passed.values().forEach(transaction -> transaction.records().forEach(it -> take(now, it)));
    coming.forEach(it -> take(now, it));
    return now;
  }

  /** Something was noted that is not recorded yet. Of a schema no table is noted with it. */
  private boolean isNoted() {
    return !passed.isEmpty() || !coming.isEmpty();
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

  /**
   * The stream brings a change of definitions, between the rows before and after it.
   *
   * @param commit where the transaction's commit record begins
   */
  synchronized void noted(DdlRecord record, Lsn commit) {
    coming.add(record);
    layouts.ifPresent(it -> take(it, record));
    if (!commit.isBefore(recordedAt)) {
      later.ifPresent(it -> take(it, record));
    }
    if (mode != Mode.AS_RECORDED) {
      heard.add(new Heard(commit, Optional.empty(), Optional.of(record)));
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

  private static void take(Map<Long, SourceTable> tables, DdlRecord record) {
    record
        .oid()
        .ifPresent(
            oid ->
                record
                    .definition()
                    .ifPresent(definition -> tables.put(oid, definition.asTable(oid))));
  }

  /**
   * In what {@code relation} is not as it must be; of each table told once until definitions are
   * recorded again.
   *
   * @param commit where the transaction's commit record begins
   */
  synchronized Optional<Difference> difference(Relation relation, Lsn commit) {
    if (isOwn(relation)) {
      return Optional.empty();
    }
    if (later.isPresent() && !commit.isBefore(recordedAt)) {
      layouts = later;
      later = Optional.empty();
    }
    if (mode != Mode.AS_RECORDED) {
      heard.add(new Heard(commit, Optional.of(relation), Optional.empty()));
    }
    Optional<Difference> found =
        layouts
            .flatMap(tables -> difference(tables, relation, isNoted()))
            .filter(difference -> told.add(difference.oid()));
    if (found.isPresent()) {
      unnoted();
    }
    return found;
  }

  /**
   * @param anyName the table may have been renamed, or its schema
   */
  private static Optional<Difference> difference(
      Map<Long, SourceTable> tables, Relation relation, boolean anyName) {
    SourceTable known = tables.get(relation.oid());
    String name = relation.schema() + "." + relation.name();
    Optional<String> reason =
        known == null
            ? Optional.of("table " + name + " is new since the last base")
            : known.difference(relation).or(() -> anyName ? Optional.empty() : rename(known, name));
    return reason.map(it -> new Difference(relation.oid(), name, it));
  }

  private static Optional<String> rename(SourceTable known, String name) {
    String was = known.schema() + "." + known.name();
    return was.equals(name)
        ? Optional.empty()
        : Optional.of("table " + was + " is " + name + " now");
  }

  static boolean isOwn(Relation relation) {
    return relation.schema().equals(TableScope.OWN_SCHEMA);
  }
}
