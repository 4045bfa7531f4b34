/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.Tuple;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of all changes before their rows can be shared out among passes by a hash of
 * their keys: which tables change at all, that every row fits into memory by itself, and which keys
 * belong together. Those are the keys of rows that moved from one to the other with values that
 * only the row before has, and those that a transaction touched which is left out.
 */
final class FoldSurvey implements FoldScope {

  private static final int KEY_BYTES = 96;

  /** What a fold takes for a row beside its bytes, rounded up. */
  private static final int ROW_BYTES = 256;

  private final FoldBudget keys;
  private final FoldBudget rows;
  private final Set<Long> touched = new HashSet<>();
  private final Map<Long, Set<Bytes>> together = new HashMap<>();

  /**
   * @param memoryBytes that folded changes may take
   */
  FoldSurvey(long memoryBytes) {
    this.keys = new FoldBudget(memoryBytes);
    this.rows = new FoldBudget(memoryBytes);
  }

  boolean isTouched(long table) {
    return touched.contains(table);
  }

  /** The key is one of those that have to be folded in one pass. */
  boolean isTogether(long table, Bytes key) {
    Set<Bytes> keys = together.get(table);
    return keys != null && keys.contains(key);
  }

  boolean anyTogether() {
    return !together.isEmpty();
  }

  @Override
  public TableFold limit(long table, String name, RowIdentity identity, TableFold fold) {
    return new OfTable(table, name, identity);
  }

  /** Looks at the changes of one table, and restores nothing. */
  final class OfTable implements TableFold {
    private final long table;
    private final String name;
    private final RowIdentity identity;
    private boolean leaving;

    private OfTable(long table, String name, RowIdentity identity) {
      this.table = table;
      this.name = name;
      this.identity = identity;
    }

    @Override
    public void leaving(boolean now) {
      leaving = now;
    }

    @Override
    public void insert(Tuple row) {
      touched.add(table);
      requireRoom(row);
      if (leaving) {
        add(identity.of(row));
      }
    }

    /**
     * Later shares are folded when the target is touched already. A row's values that come one by
     * one may come to more than what is seen at once.
     */
    private void requireRoom(Tuple row) {
      long bytes = ROW_BYTES + 2L * CopyText.line(row).length;
      rows.take(bytes, name);
      rows.take(-bytes, name);
    }

    @Override
    public void update(Optional<OldRow> old, Tuple row) {
      touched.add(table);
      requireRoom(row);
      if (old.isEmpty() && !leaving) {
        return;
      }
      @Nullable Tuple before = old.map(OldRow::values).orElse(null);
      Tuple completed = identity.completed(row, before);
      Bytes newKey = identity.of(completed);
      Bytes oldKey = before == null ? newKey : identity.of(before);
      if (leaving || (!oldKey.equals(newKey) && completed.hasUnchanged())) {
        add(oldKey);
        add(newKey);
      }
    }

    @Override
    public void delete(OldRow old) {
      touched.add(table);
      requireRoom(old.values());
      if (leaving) {
        add(identity.of(old.values()));
      }
    }

    @Override
    public void truncate() {
      touched.add(table);
    }

    private void add(Bytes key) {
      if (together.computeIfAbsent(table, _ -> new HashSet<>()).add(key)) {
        keys.take(KEY_BYTES + key.length(), name);
      }
    }

    @Override
    public boolean dropsBase() {
      throw restoresNothing();
    }

    @Override
    public Optional<Iterable<byte[]>> touchedKeys() {
      throw restoresNothing();
    }

    @Override
    public boolean untouched() {
      throw restoresNothing();
    }

    @Override
    public Filter filter(Sink sink) {
      throw restoresNothing();
    }

    @Override
    public void finish(Sink sink) {
      throw restoresNothing();
    }

    private static IllegalStateException restoresNothing() {
      return new IllegalStateException("a survey restores nothing");
    }
  }
}
