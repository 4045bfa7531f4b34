/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static dev.holdfast.postgres.restore.TableFold.contradiction;

import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.Tuple;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Folds tables that are identified by whole rows: how many more, or fewer, of each row there are
 * than in the base. Equal rows cannot be told apart, so their order does not matter.
 */
final class RowFold implements TableFold {

  private static final int ENTRY_BYTES = 112;

  private static final class Count {
    int difference;
  }

  private final String table;
  private final FoldBudget budget;
  private final Map<Bytes, Count> rows = new HashMap<>();
  private boolean truncated;

  RowFold(String table, FoldBudget budget) {
    this.table = table;
    this.budget = budget;
  }

  @Override
  public void insert(Tuple row) {
    add(row, 1);
  }

  @Override
  public void update(Optional<OldRow> old, Tuple row) {
    if (!(old.orElse(null) instanceof OldRow.Full full)) {
      throw contradiction(table, "an update does not say which row it changed");
    }
    add(full.values(), -1);
    add(filled(row, full.values()), 1);
  }

  @Override
  public void delete(OldRow old) {
    if (!(old instanceof OldRow.Full full)) {
      throw contradiction(table, "a deletion does not say which row it removed");
    }
    add(full.values(), -1);
  }

  @Override
  public void truncate() {
    rows.keySet().forEach(line -> budget.take(-(ENTRY_BYTES + line.length()), table));
    rows.clear();
    truncated = true;
  }

  static Tuple filled(Tuple row, Tuple old) {
    @Nullable byte[][] values = new byte[row.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.isUnchanged(i) ? old.raw(i) : row.raw(i);
    }
    return Tuple.of(values);
  }

  private void add(Tuple row, int difference) {
    byte[] line = CopyText.line(row);
    if (CopyText.hasHole(line)) {
      throw contradiction(table, "a row was sent without its unchanged values");
    }
    Bytes key = new Bytes(line);
    Count count = rows.get(key);
    if (count == null) {
      count = new Count();
      budget.take(ENTRY_BYTES + line.length, table);
      rows.put(key, count);
    }
    count.difference += difference;
    if (count.difference == 0) {
      budget.take(-(ENTRY_BYTES + line.length), table);
      rows.remove(key);
    } else if (truncated && count.difference < 0) {
      throw contradiction(table, "a row is removed that was truncated away");
    }
  }

  @Override
  public boolean dropsBase() {
    return truncated;
  }

  @Override
  public Optional<Iterable<byte[]>> touchedKeys() {
    return Optional.empty();
  }

  @Override
  public boolean untouched() {
    return !truncated && rows.isEmpty();
  }

  @Override
  public Filter filter(Sink sink) {
    Bytes probe = new Bytes(new byte[0]);
    return (buffer, from, to) -> {
      Count count = rows.get(probe.at(buffer, from, to));
      if (count == null) {
        return true;
      }
      // Equal lines may pass on several threads.
      synchronized (count) {
        if (count.difference >= 0) {
          return true;
        }
        count.difference++;
        return false;
      }
    };
  }

  @Override
  public void finish(Sink sink) {
    rows.forEach(
        (line, count) -> {
          if (count.difference < 0) {
            throw contradiction(table, "a row was removed that the base does not hold");
          }
          for (int i = 0; i < count.difference; i++) {
            sink.line(line.array());
          }
        });
  }
}
