/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Leaves out what one transaction did to a table, row by row. Its changes are kept aside; those of
 * a row that a later transaction builds on are put in just before that one's, because it saw them,
 * and the row is told. What is still aside at the end never happened.
 */
final class LeavingOut implements TableFold {

  private static final int STEP_BYTES = 160;
  private static final String WHO = "the transaction that is left out";

  /** What the transaction did, in order, to rows that it turned into one another. */
  private static final class Chain {
    private record Step(long number, Runnable change) {}

    final List<Step> steps = new ArrayList<>();

    /** Where it is looked for. */
    final Set<Bytes> keys = new LinkedHashSet<>();

    long bytes;
  }

  private final TableFold fold;
  private final RowIdentity identity;
  private final FoldBudget budget;
  private final DependentRows.OfTable dependents;
  private final Map<Bytes, Deque<Chain>> aside = new HashMap<>();
  private boolean leaving;
  private long steps;

  /**
   * @param dependents is told each row that a later transaction built on
   */
  LeavingOut(
      TableFold fold, RowIdentity identity, FoldBudget budget, DependentRows.OfTable dependents) {
    this.fold = fold;
    this.budget = budget;
    this.dependents = dependents;
    this.identity = identity;
    // What it truncated away or deleted is there, when a later transaction puts it in again.
    if (fold instanceof KeyFold keyed) {
      keyed.replaceWhatReappears(key -> tell(key));
    }
  }

  @Override
  public void leaving(boolean now) {
    leaving = now;
  }

  @Override
  public void insert(Tuple row) {
    Bytes key = identity.of(row);
    if (leaving) {
      Chain chain = identity.unique() ? joined(key, key) : new Chain();
      keep(chain, key, row.bytes(), () -> fold.insert(row));
      return;
    }
    if (identity.unique()) {
      buildOn(key);
    }
    fold.insert(row);
  }

  @Override
  public void update(Optional<OldRow> old, Tuple row) {
    @Nullable Tuple before = old.map(OldRow::values).orElse(null);
    Bytes newKey = identity.of(row, before);
    Bytes oldKey = before == null ? newKey : identity.of(before);
    if (leaving) {
      Chain chain = identity.unique() ? joined(oldKey, newKey) : taken(oldKey);
      long bytes = row.bytes() + (before == null ? 0 : before.bytes());
      keep(chain, newKey, bytes, () -> fold.update(old, row));
      return;
    }
    buildOn(oldKey);
    if (identity.unique()) {
      buildOn(newKey);
    }
    fold.update(old, row);
  }

  @Override
  public void delete(OldRow old) {
    Bytes key = identity.of(old.values());
    if (leaving) {
      if (identity.unique()) {
        keep(joined(key, key), key, old.values().bytes(), () -> fold.delete(old));
      } else {
        // Nothing can build on a row that is gone and could be any.
        taken(key);
        dependents.touched();
      }
      return;
    }
    buildOn(key);
    fold.delete(old);
  }

  @Override
  public void truncate() {
    Set<Chain> gone = new HashSet<>();
    aside.values().forEach(gone::addAll);
    gone.forEach(chain -> budget.take(-chain.bytes, WHO));
    aside.clear();
    if (leaving) {
      dependents.touched();
    } else {
      fold.truncate();
    }
  }

  /** Steps of one chain belong together: a key that moved is two keys of one row. */
  private Chain joined(Bytes oldKey, Bytes newKey) {
    Chain chain = taken(oldKey);
    if (!newKey.equals(oldKey)) {
      Chain other = taken(newKey);
      chain.steps.addAll(other.steps);
      chain.bytes += other.bytes;
      chain.steps.sort(Comparator.comparingLong(Chain.Step::number));
      other.keys.forEach(key -> register(chain, key));
    }
    register(chain, oldKey);
    return chain;
  }

  private Chain taken(Bytes key) {
    Deque<Chain> found = aside.get(key);
    if (found == null) {
      return new Chain();
    }
    Chain chain = found.removeLast();
    if (found.isEmpty()) {
      aside.remove(key);
    }
    if (!identity.unique()) {
      chain.keys.remove(key);
    }
    return chain;
  }

  private void keep(Chain chain, Bytes key, long bytes, Runnable change) {
    long taken = STEP_BYTES + key.length() + bytes;
    budget.take(taken, WHO);
    dependents.touched();
    chain.bytes += taken;
    chain.steps.add(new Chain.Step(steps++, change));
    register(chain, key);
  }

  private void register(Chain chain, Bytes key) {
    chain.keys.add(key);
    Deque<Chain> found = aside.computeIfAbsent(key, it -> new ArrayDeque<>());
    if (identity.unique()) {
      found.clear();
    }
    found.addLast(chain);
  }

  private void buildOn(Bytes key) {
    if (!aside.containsKey(key)) {
      return;
    }
    Chain chain = taken(key);
    chain.keys.forEach(aside::remove);
    chain.steps.forEach(step -> step.change().run());
    budget.take(-chain.bytes, WHO);
    tell(key);
  }

  private void tell(Bytes key) {
    dependents.add(new String(key.array(), StandardCharsets.UTF_8));
  }

  @Override
  public Optional<Iterable<byte[]>> touchedKeys() {
    return Optional.empty();
  }

  @Override
  public boolean dropsBase() {
    return fold.dropsBase();
  }

  @Override
  public boolean untouched() {
    return fold.untouched();
  }

  @Override
  public Filter filter(Sink sink) {
    return fold.filter(sink);
  }

  @Override
  public void finish(Sink sink) {
    fold.finish(sink);
  }
}
