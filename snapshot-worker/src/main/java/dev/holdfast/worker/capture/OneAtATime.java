/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Work on a thread of its own, never twice at once. */
final class OneAtATime {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private @Nullable Thread thread;

  synchronized boolean isRunning() {
    return thread != null && thread.isAlive();
  }

  /** The work before it must have ended. */
  synchronized void start(String name, Runnable work) {
    thread = Thread.ofPlatform().name(name).daemon().start(work);
  }

  /** Interrupts it, and waits until it has ended. */
  void stop() throws InterruptedException {
    Thread current;
    synchronized (this) {
      current = thread;
    }
    if (current != null) {
      current.interrupt();
      current.join(PATIENCE);
    }
  }
}
