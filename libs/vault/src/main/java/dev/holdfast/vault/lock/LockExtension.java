/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.lock;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.InParallel;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectLocks.Protection;
import dev.holdfast.vault.store.ObjectLocks.Retention;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the locks of one source's objects in one region longer where {@link RetainUntil} asks for
 * it. The first run looks at every object that is needed; later ones only at what came since, until
 * a date has moved a step. Not thread-safe.
 */
public final class LockExtension {

  /** Manifests that are read in one go. */
  private static final int BATCH = 500;

  private final ObjectStore store;
  private final SourceId source;
  private final LockSettings settings;
  private Duration retention;
  private RetainUntil rule;

  /** The rule as of the last complete run. */
  private @Nullable RetainUntil done;

  /** What a run did. */
  public sealed interface Outcome {

    /**
     * Every needed object is locked long enough.
     *
     * @param looked objects whose lock was read
     * @param extended of them, whose lock was made longer
     * @param missing of them, that are not in the region: a copy is behind or was lost
     * @param until the newest point stays restorable until then; empty when no point is in the
     *     window
     */
    record Done(long looked, long extended, long missing, Optional<Instant> until)
        implements Outcome {}

    /** The place has no Object Lock: nothing in it is protected. */
    record NoLock() implements Outcome {}
  }

  public LockExtension(ObjectStore store, SourceId source, LockSettings settings) {
    this.store = store;
    this.source = source;
    this.settings = settings;
    this.retention = settings.retentionOf(source);
    this.rule = new RetainUntil(retention);
  }

  /**
   * Keeps recovery points restorable for {@code least}, or as long as the settings say where that
   * is longer. What is locked already stays locked, also when this gets less.
   */
  public void keepAtLeast(Duration least) {
    Duration ofSettings = settings.retentionOf(source);
    Duration next = least.compareTo(ofSettings) > 0 ? least : ofSettings;
    if (!next.equals(retention)) {
      retention = next;
      rule = rule.lasting(next);
      done = null; // every date is another one now
    }
  }

  /** Learns the chain, in order; the first manifest begins anew. */
  public void learn(Manifest manifest) {
    if (manifest.number() == 1) {
      rule = new RetainUntil(retention);
    }
    rule.learn(manifest);
  }

  /** Learns what it does not know yet. */
  public void learn(VaultReader reader) {
    for (List<Manifest> next = reader.chain(source, rule.through(), BATCH);
        !next.isEmpty();
        next = reader.chain(source, rule.through(), BATCH)) {
      next.forEach(this::learn);
    }
  }

  /**
   * Locks what is needed, up to the last manifest learned.
   *
   * @param reader to read the manifests again that name the objects
   */
  public Outcome extend(VaultReader reader, Instant now) {
    Optional<ObjectLocks> locks = store.locks();
    if (locks.isEmpty() || !locks.get().enabled()) {
      return new Outcome.NoLock();
    }
    Run run = new Run(locks.get(), now);
    run.chain();
    long after = run.moved() ? 0 : Objects.requireNonNull(done).through();
    while (after < rule.through()) {
      List<Manifest> batch =
          reader.chain(source, after, (int) Math.min(BATCH, rule.through() - after));
      if (batch.isEmpty()) {
        break;
      }
      run.manifests(reader, batch);
      after = batch.getLast().number();
    }
    done = rule.copy();
    return new Outcome.Done(run.looked, run.extended, run.missing, rule.ofChain(now));
  }

  private record Wanted(ObjectKey key, Instant until) {}

  private enum Result {
    LONG_ENOUGH,
    EXTENDED,
    MISSING
  }

  private final class Run {
    private final ObjectLocks locks;
    private final Instant now;
    private long looked;
    private long extended;
    private long missing;

    Run(ObjectLocks locks, Instant now) {
      this.locks = locks;
      this.now = now;
    }

    /** Whether objects that were looked at before need another date. */
    boolean moved() {
      return done == null || !step(done.ofChain(now)).equals(step(rule.ofChain(now)));
    }

    private Optional<Instant> step(Optional<Instant> until) {
      return until.map(date -> LockSettings.roundedUp(date, retention));
    }

    /** The marker and everything of the source that is neither manifest nor data. */
    void chain() {
      Optional<Instant> until = rule.ofChain(now);
      if (until.isEmpty()) {
        return;
      }
      List<Wanted> wanted = new ArrayList<>();
      wanted.add(new Wanted(VaultLayout.marker(), until.get()));
      String prefix = VaultLayout.sourcePrefix(source);
      for (String part :
          List.of("keys/", "replaced/", "shredding/", "shredded/", "holds/", "index/")) {
        store.list(
            prefix + part,
            Optional.empty(),
            stat -> wanted.add(new Wanted(stat.key(), until.get())));
      }
      lock(wanted);
    }

    void manifests(VaultReader reader, List<Manifest> batch) {
      Optional<Instant> chain = rule.ofChain(now);
      List<Wanted> wanted = new ArrayList<>();
      for (Manifest manifest : batch) {
        Optional<Instant> objects = rule.ofObjects(manifest, now);
        if (objects.isPresent()) {
          // What was encrypted anew is kept; what it replaces may go when its lock ends.
          for (ObjectRef object : reader.objectsOf(manifest)) {
            wanted.add(new Wanted(object.key(), objects.get()));
          }
        }
        chain.ifPresent(
            until ->
                wanted.add(new Wanted(VaultLayout.manifest(source, manifest.number()), until)));
      }
      lock(wanted);
    }

    private void lock(List<Wanted> wanted) {
      for (Result result : InParallel.map(wanted, this::lock)) {
        looked++;
        switch (result) {
          case LONG_ENOUGH -> {}
          case EXTENDED -> extended++;
          case MISSING -> missing++;
        }
      }
    }

    private Result lock(Wanted wanted) {
      Optional<Protection> found = locks.of(wanted.key());
      if (found.isEmpty()) {
        return Result.MISSING;
      }
      Optional<Retention> now = found.get().retention();
      if (now.filter(lock -> !lock.until().isBefore(wanted.until())).isPresent()) {
        return Result.LONG_ENOUGH;
      }
      locks.extend(
          wanted.key(),
          new Retention(
              // A lock that nobody can take away is not made weaker.
              now.map(Retention::mode).orElse(settings.mode()),
              LockSettings.roundedUp(wanted.until(), retention)));
      return Result.EXTENDED;
    }
  }
}
