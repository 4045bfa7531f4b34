/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns what a restore's threads read into progress, one report at a time. */
final class ProgressMeter {

  private final RestoreProgress.Listener listener;
  private Phase phase = Phase.CHANGES;
  private long done;
  private long total;
  private long stored;
  private @Nullable TimeLeft left;

  ProgressMeter(RestoreProgress.Listener listener) {
    this.listener = listener;
  }

  /** From now on it is said how long it still takes. */
  synchronized void expect(RestoreEstimate estimate) {
    left = new TimeLeft(estimate, now());
  }

  synchronized void phase(Phase next, long bytes) {
    if (left != null) {
      left.enter(next, now());
    }
    phase = next;
    done = 0;
    total = bytes;
    report();
  }

  /** An object was opened. */
  synchronized void read(long bytes) {
    stored += bytes;
    if (total > 0) {
      // A segment that the target lies in may be read twice.
      done = Math.min(total, done + bytes);
      report();
    }
  }

  /** Stored bytes of all objects that were opened. */
  synchronized long stored() {
    return stored;
  }

  private void report() {
    double part = total > 0 ? (double) done / total : 0;
    listener.on(
        new RestoreProgress(
            phase,
            done,
            total,
            left == null || phase == Phase.DONE ? Optional.empty() : left.at(part, now())));
  }

  private static double now() {
    return System.nanoTime() / 1e9;
  }
}
