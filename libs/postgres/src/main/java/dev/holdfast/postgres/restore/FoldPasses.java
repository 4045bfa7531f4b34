/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.vault.ObjectRef;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Folds a plan's changes within the memory that they may take: all at once or, where they do not
 * fit, a share at a time. Every share reads all changes anew, so that no row waits on a disk; how
 * much fits into one shows as they are read.
 */
final class FoldPasses {

  /** What did not fit is tried again with this part of what would have. */
  private static final double MARGIN = 0.8;

  /** A share that took little is followed by one so many times as wide, at most. */
  private static final double WIDER = 4;

  private final VaultObjects objects;
  private final RestorePlan.Reachable plan;
  private final RestoredSchema schema;
  private final long memoryBytes;
  private final ProgressMeter meter;
  private final long storedBytes;

  /** Null between two passes: memory has room for one. */
  private @Nullable ChangeFold fold;

  private ChangeStream.@Nullable End end;
  private SequenceStates sequences = new SequenceStates();

  /** What later transactions built on, of each pass. */
  private final List<DependentRows> dependents = new ArrayList<>();

  /** Null while all changes fit. */
  private @Nullable FoldSurvey survey;

  private int passes;
  private String name = "";

  /** Rows whose hashes are below were folded. */
  private long from;

  /** How many hashes a share has. */
  private long width = FoldShare.HASHES;

  /** Stored bytes of changes that the pass at hand has read. */
  private long read;

  FoldPasses(
      VaultObjects objects,
      RestorePlan.Reachable plan,
      RestoredSchema schema,
      long memoryBytes,
      ProgressMeter meter) {
    this.objects = objects;
    this.plan = plan;
    this.schema = schema;
    this.memoryBytes = memoryBytes;
    this.meter = meter;
    this.storedBytes = bodies().mapToLong(ObjectRef::size).sum();
  }

  private Stream<ObjectRef> bodies() {
    return plan.parts().stream().flatMap(part -> part.segment().bodies().stream());
  }

  /** Folds all changes in one pass, or refuses. */
  void whole() {
    try {
      all();
      passes = 1;
    } catch (FoldBudget.Exceeded e) {
      throw e.refusal();
    }
  }

  /**
   * Folds the next pass, once the rows of the one before it were loaded.
   *
   * @return false when no rows are left
   * @throws dev.holdfast.postgres.PostgresException when not even a small share fits
   */
  boolean next() {
    fold = null;
    if (passes == 0) {
      first();
    } else if (from < FoldShare.HASHES) {
      share(Objects.requireNonNull(survey));
    } else {
      return false;
    }
    passes++;
    return true;
  }

  private void first() {
    try {
      all();
      return;
    } catch (FoldBudget.Exceeded _) {
      narrow();
    }
    FoldSurvey all = new FoldSurvey(memoryBytes);
    survey = all;
    try {
      fold(all);
      if (all.anyTogether()) {
        fold(FoldShare.together(all));
        name = "together";
        return;
      }
    } catch (FoldBudget.Exceeded e) {
      throw e.refusal();
    }
    share(all);
  }

  private void all() {
    fold(FoldScope.ALL);
    from = FoldShare.HASHES;
    name = "all";
  }

  private void share(FoldSurvey all) {
    while (true) {
      long to = Math.min(FoldShare.HASHES, from + width);
      try {
        long used = fold(FoldShare.range(all, passes == 0, from, to));
        name = "share " + from + " to " + to;
        from = to;
        widen(used);
        return;
      } catch (FoldBudget.Exceeded e) {
        if (width == 1) {
          throw e.refusal();
        }
        narrow();
      }
    }
  }

  private void widen(long used) {
    double fits = MARGIN * memoryBytes / Math.max(1, used);
    width = (long) (width * Math.max(1, Math.min(WIDER, fits)));
  }

  private void narrow() {
    double fits = MARGIN * read / storedBytes;
    width = Math.max(1, Math.min(width / 2, (long) (width * fits)));
  }

  /**
   * @return bytes of memory that it takes
   */
  private long fold(FoldScope scope) {
    meter.phase(RestoreProgress.Phase.CHANGES, storedBytes);
    read = 0;
    Optional<DependentRows> built = DependentRows.of(plan.target());
    FoldBudget budget = new FoldBudget(memoryBytes);
    ChangeFold changes = schema.fold(budget, built, scope);
    Function<ObjectRef, InputStream> source = objects.inOrder(bodies().iterator());
    end =
        new ChangeStream(
                plan,
                body -> {
                  read += body.size();
                  return source.apply(body);
                },
                changes)
            .read();
    fold = changes;
    sequences = changes.sequences();
    built.ifPresent(dependents::add);
    return budget.used();
  }

  /** All changes fit into one. */
  boolean isWhole() {
    return survey == null;
  }

  /** What is folded in the pass at hand, in a word that no other pass has. */
  String name() {
    return name;
  }

  /** Of the pass at hand. */
  ChangeFold fold() {
    return Objects.requireNonNull(fold, "no pass is at hand");
  }

  /** Where the changes really ended. */
  ChangeStream.End end() {
    return Objects.requireNonNull(end, "nothing was folded");
  }

  /** Every pass sees all of them. */
  SequenceStates sequences() {
    return sequences;
  }

  /** Of the passes so far, when a transaction is left out. */
  Optional<DependentRows> dependents() {
    return DependentRows.of(plan.target())
        .map(
            all -> {
              dependents.forEach(all::add);
              return all;
            });
  }

  /** How often the changes were folded. */
  int passes() {
    return passes;
  }
}
