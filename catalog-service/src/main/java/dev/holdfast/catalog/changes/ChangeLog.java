/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.changes;

import dev.holdfast.catalog.changes.Change.Kind;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.subscription.BackPressureStrategy;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The newest changes, in memory, for who listens. A change is told after its transaction has
 * committed. Sequences begin at the clock's milliseconds, so that those of an earlier process are
 * older than all of this one.
 */
@ApplicationScoped
public class ChangeLog {

  /** Enough for a listener that was away for a minute on a busy source. */
  static final int KEPT = 1024;

  private final InstantSource clock;
  private final Deque<Change> newest = new ArrayDeque<>(KEPT);
  private final Set<MultiEmitter<? super Change>> listeners = new LinkedHashSet<>();
  private final long first;
  private long last;

  ChangeLog(InstantSource clock) {
    this.clock = clock;
    this.first = clock.millis();
    this.last = first;
  }

  public synchronized void changed(Kind kind, String subject) {
    Change change = new Change(++last, kind, subject, clock.instant());
    if (newest.size() == KEPT) {
      newest.removeFirst();
    }
    newest.addLast(change);
    // A copy: who cannot follow is removed while it is told.
    List.copyOf(listeners).forEach(listener -> listener.emit(change));
  }

  /** Sequence of the newest change. */
  synchronized long last() {
    return last;
  }

  /** Whether nothing after {@code sequence} has been forgotten. */
  synchronized boolean reaches(long sequence) {
    return sequence <= last
        && sequence >= (newest.isEmpty() ? last : newest.getFirst().sequence() - 1);
  }

  /**
   * What follows {@code after}, without a gap, and then what comes. Who is too slow for more than
   * {@link #KEPT} changes gets a failure, and asks again.
   */
  Multi<Change> after(long after) {
    return Multi.createFrom()
        .<Change>emitter(emitter -> listen(emitter, after), BackPressureStrategy.ERROR)
        .onOverflow()
        .buffer(KEPT * 2);
  }

  private synchronized void listen(MultiEmitter<? super Change> emitter, long after) {
    for (Change change : new ArrayList<>(newest)) {
      if (change.sequence() > after) {
        emitter.emit(change);
      }
    }
    listeners.add(emitter);
    emitter.onTermination(() -> forget(emitter));
  }

  private synchronized void forget(MultiEmitter<? super Change> emitter) {
    listeners.remove(emitter);
  }

  /** How many listen. */
  synchronized int listeners() {
    return listeners.size();
  }
}
