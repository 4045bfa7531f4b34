/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.restore;

import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.recovery.run.Operations.ProgressSink;
import dev.holdfast.recovery.store.RunJson;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Hands a restore's progress on, a few times a second at most: each one is a write. */
final class ThrottledProgress implements RestoreProgress.Listener {

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final ProgressSink sink;
  private RestoreProgress.@Nullable Phase phase;
  private long last;

  ThrottledProgress(ProgressSink sink) {
    this.sink = sink;
  }

  @Override
  public synchronized void on(RestoreProgress progress) {
    long now = System.nanoTime();
    if (progress.phase() == phase && now - last < PAUSE.toNanos()) {
      return;
    }
    phase = progress.phase();
    last = now;
    sink.at(RunJson.write(progress));
  }
}
