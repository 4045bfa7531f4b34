/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.Tuple;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The rows that one of several passes brings: those whose keys' hashes lie in a range, or those
 * whose keys belong together. A row that moves from the keys of one pass to those of another leaves
 * in the one and appears in the other.
 */
final class FoldShare implements FoldScope {

  /** Hashes are below. */
  static final long HASHES = 1L << 32;

  private final FoldSurvey survey;
  private final boolean first;
  private final boolean together;
  private final long from;
  private final long to;

  private FoldShare(FoldSurvey survey, boolean first, boolean together, long from, long to) {
    this.survey = survey;
    this.first = first;
    this.together = together;
    this.from = from;
    this.to = to;
  }

  /** Of the keys that belong together, which come first. */
  static FoldShare together(FoldSurvey survey) {
    return new FoldShare(survey, true, true, 0, 0);
  }

  /**
   * @param first brings the tables that nothing changed, too
   * @param to exclusive, at most {@link #HASHES}
   */
  static FoldShare range(FoldSurvey survey, boolean first, long from, long to) {
    return new FoldShare(survey, first, false, from, to);
  }

  private boolean has(long table, Bytes key) {
    if (survey.isTogether(table, key)) {
      return together;
    }
    // Equal keys of several tables need not meet in one share.
    long hash = Integer.toUnsignedLong(key.hashCode() + (int) table * 0x85EBCA6B);
    return from <= hash && hash < to;
  }

  @Override
  public TableFold limit(long table, String name, RowIdentity identity, TableFold fold) {
    return new Limited(table, identity, fold);
  }

  /** One table's rows of this share. */
  final class Limited implements TableFold {
    private final long table;
    private final RowIdentity identity;
    private final TableFold fold;

    private Limited(long table, RowIdentity identity, TableFold fold) {
      this.table = table;
      this.identity = identity;
      this.fold = fold;
    }

    private boolean has(Bytes key) {
      return FoldShare.this.has(table, key);
    }

    @Override
    public void leaving(boolean now) {
      fold.leaving(now);
    }

    @Override
    public void insert(Tuple row) {
      if (has(identity.of(row))) {
        fold.insert(row);
      }
    }

    @Override
    public void update(Optional<OldRow> old, Tuple row) {
      @Nullable Tuple before = old.map(OldRow::values).orElse(null);
      Tuple completed = identity.completed(row, before);
      boolean comes = has(identity.of(completed));
      boolean leaves = before == null ? comes : has(identity.of(before));
      if (comes && leaves) {
        fold.update(old, row);
      } else if (comes) {
        fold.insert(completed);
      } else if (leaves) {
        fold.delete(old.orElseThrow());
      }
    }

    @Override
    public void delete(OldRow old) {
      if (has(identity.of(old.values()))) {
        fold.delete(old);
      }
    }

    @Override
    public void truncate() {
      fold.truncate();
    }

    /** A table that nothing changed has come whole with the first share. */
    private boolean done() {
      return !first && !survey.isTouched(table);
    }

    @Override
    public boolean dropsBase() {
      return done() || fold.dropsBase();
    }

    @Override
    public Optional<Iterable<byte[]>> touchedKeys() {
      return Optional.empty();
    }

    @Override
    public boolean untouched() {
      return !survey.isTouched(table);
    }

    @Override
    public Filter filter(Sink sink) {
      RowIdentity.Lines lines = identity.lines();
      Filter filter = fold.filter(sink);
      return (buffer, from, to) -> has(lines.in(buffer, from, to)) && filter.keep(buffer, from, to);
    }

    @Override
    public void finish(Sink sink) {
      fold.finish(sink);
    }
  }
}
