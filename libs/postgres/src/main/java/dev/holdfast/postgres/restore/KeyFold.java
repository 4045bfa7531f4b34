/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static dev.holdfast.postgres.restore.TableFold.contradiction;

import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.Tuple;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Folds by the text of an identity key. Every key that a change touched has an entry, so a line of
 * the base with such a key never passes. A row whose unchanged TOAST values were never sent keeps a
 * link to the key of the base row that has them, wherever its own key moved since.
 */
final class KeyFold implements TableFold {

  /** Object headers, references and map nodes of one entry, rounded up. */
  private static final int ENTRY_BYTES = 160;

  private static final class Entry {
    /** The base has a row of this key: the first change was not an insertion. */
    final boolean inBase;

    /** That row passed. Written by the one thread that reads the line. */
    boolean seen;

    /** Null once the row is deleted, moved away or emitted. */
    byte @Nullable [] row;

    /** Key of the base row that fills the holes. */
    @Nullable Bytes link;

    Entry(boolean inBase) {
      this.inBase = inBase;
    }
  }

  private final String table;
  private final int[] keyColumns;
  private final int columns;
  private final FoldBudget budget;
  private final Map<Bytes, Entry> entries = new HashMap<>();

  /** Rows with holes, by the key of the base row that fills them. */
  private final Map<Bytes, Entry> linked = new HashMap<>();

  private boolean truncated;

  /** Is told keys that come again although nobody removed them; null where that contradicts. */
  private @Nullable Consumer<Bytes> reappears;

  /**
   * @param keyColumns from 0, ascending
   */
  KeyFold(String table, int columns, int[] keyColumns, FoldBudget budget) {
    this.table = table;
    this.columns = columns;
    this.keyColumns = keyColumns;
    this.budget = budget;
  }

  /**
   * For a history that lacks a transaction: a row that it removed, and that a later one puts in
   * again, is as the later one says.
   *
   * @param told the keys of such rows, from several threads
   */
  void replaceWhatReappears(Consumer<Bytes> told) {
    reappears = told;
  }

  @Override
  public void insert(Tuple row) {
    put(key(row), CopyText.line(row), null);
  }

  @Override
  public void update(Optional<OldRow> old, Tuple row) {
    Bytes oldKey = old.isPresent() ? key(old.get().values()) : key(row);
    byte[] image = CopyText.line(row);
    byte @Nullable [] newFields = CopyText.fields(row, keyColumns);
    Bytes newKey;
    if (newFields == null) {
      // A key that is stored out of line and did not change is sent in the old row only.
      if (old.isEmpty()) {
        throw contradiction(table, "an update has no key");
      }
      Tuple patched = withKeyOf(row, old.get().values(), keyColumns);
      image = CopyText.line(patched);
      newKey = key(patched);
    } else {
      newKey = new Bytes(newFields);
    }

    boolean holes = CopyText.hasHole(image);
    @Nullable Bytes link = null;
    Entry before = entries.get(oldKey);
    if (before == null) {
      if (truncated) {
        throw contradiction(table, "a row is updated that was truncated away");
      }
      before = add(oldKey, true);
      link = holes ? oldKey : null;
    } else if (before.row == null) {
      throw contradiction(table, "a row is updated that does not exist");
    } else if (holes) {
      byte[] donor = before.row;
      image = CopyText.fill(image, donor, 0, donor.length);
      link = CopyText.hasHole(image) ? before.link : null;
    }

    if (oldKey.equals(newKey)) {
      set(before, image, link);
    } else {
      clear(oldKey, before);
      put(newKey, image, link);
    }
  }

  @Override
  public void delete(OldRow old) {
    Bytes key = key(old.values());
    Entry entry = entries.get(key);
    if (entry == null) {
      if (truncated) {
        throw contradiction(table, "a row is deleted that was truncated away");
      }
      entry = add(key, true);
    } else if (entry.row == null) {
      throw contradiction(table, "a row is deleted that does not exist");
    }
    clear(key, entry);
  }

  @Override
  public void truncate() {
    entries.forEach((key, entry) -> budget.take(-sizeOf(key, entry), table));
    entries.clear();
    linked.clear();
    truncated = true;
  }

  /** A row appears under a key that has none. */
  private void put(Bytes key, byte[] image, @Nullable Bytes link) {
    Entry entry = entries.get(key);
    if (entry == null) {
      entry = add(key, false);
    } else if (entry.row != null) {
      if (reappears == null) {
        throw contradiction(table, "a row appears under a key that another row has");
      }
      reappears.accept(key);
    }
    set(entry, image, link);
  }

  private void set(Entry entry, byte[] image, @Nullable Bytes link) {
    unlink(entry);
    budget.take(image.length - (entry.row == null ? 0 : entry.row.length), table);
    entry.row = image;
    entry.link = link;
    if (link != null) {
      linked.put(link, entry);
    }
  }

  private void clear(Bytes key, Entry entry) {
    unlink(entry);
    if (entry.inBase) {
      budget.take(entry.row == null ? 0 : -entry.row.length, table);
      entry.row = null;
    } else {
      // The base knows nothing of this key, so nothing has to be remembered.
      budget.take(-sizeOf(key, entry), table);
      entries.remove(key);
    }
  }

  private void unlink(Entry entry) {
    if (entry.link != null) {
      linked.remove(entry.link);
      entry.link = null;
    }
  }

  private Entry add(Bytes key, boolean inBase) {
    Entry entry = new Entry(inBase);
    budget.take(sizeOf(key, entry), table);
    entries.put(key, entry);
    return entry;
  }

  private static long sizeOf(Bytes key, Entry entry) {
    return ENTRY_BYTES + key.length() + (entry.row == null ? 0 : entry.row.length);
  }

  private Bytes key(Tuple row) {
    byte @Nullable [] fields = row.size() == columns ? CopyText.fields(row, keyColumns) : null;
    if (fields == null) {
      throw contradiction(table, "a change has no complete key");
    }
    return new Bytes(fields);
  }

  static Tuple withKeyOf(Tuple row, Tuple old, int[] keyColumns) {
    @Nullable byte[][] values = new byte[row.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.raw(i);
    }
    for (int column : keyColumns) {
      if (row.isUnchanged(column)) {
        values[column] = old.raw(column);
      }
    }
    return Tuple.of(values);
  }

  @Override
  public boolean dropsBase() {
    return truncated;
  }

  @Override
  public Optional<Iterable<byte[]>> touchedKeys() {
    return truncated
        ? Optional.empty()
        : Optional.of(() -> entries.keySet().stream().map(Bytes::array).iterator());
  }

  @Override
  public boolean untouched() {
    return !truncated && entries.isEmpty();
  }

  @Override
  public Filter filter(Sink sink) {
    Bytes probe = new Bytes(new byte[0]);
    LineKey lineKey = new LineKey(keyColumns);
    return (buffer, from, to) -> {
      lineKey.find(buffer, from, to);
      probe.at(lineKey.array(), lineKey.from(), lineKey.to());
      Entry entry = entries.get(probe);
      if (entry == null) {
        return true;
      }
      if (!entry.inBase) {
        if (reappears == null) {
          throw contradiction(table, "a row was inserted that the base holds already");
        }
        reappears.accept(
            new Bytes(Arrays.copyOfRange(lineKey.array(), lineKey.from(), lineKey.to())));
        return false;
      }
      if (entry.seen) {
        throw contradiction(table, "the base holds a key twice");
      }
      entry.seen = true;
      Entry waiting = linked.get(probe);
      if (waiting != null && waiting.row != null) {
        // Emitted at once: TOAST values of many rows would not fit into memory. No other thread
        // has this entry, since no two lines of the base have the same key.
        sink.line(CopyText.fill(waiting.row, buffer, from, to));
        waiting.row = null;
        waiting.link = null;
      }
      return false;
    };
  }

  @Override
  public void finish(Sink sink) {
    for (Entry entry : entries.values()) {
      if (entry.inBase && !entry.seen) {
        throw contradiction(table, "a row was changed that the base does not hold");
      }
      if (entry.link != null) {
        throw contradiction(table, "unchanged values of a row are not in the base");
      }
      if (entry.row != null) {
        sink.line(entry.row);
      }
    }
  }
}
