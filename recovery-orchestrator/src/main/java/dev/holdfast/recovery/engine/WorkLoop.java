/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.engine;

import dev.holdfast.recovery.RecoveryConfig;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Does stored work in a thread of its own, piece after piece, while this process has the right to.
 * What the end of the process interrupted is found in the store again.
 */
public final class WorkLoop {

  private static final Logger LOG = Logger.getLogger(WorkLoop.class);
  private static final Duration STOPPING = Duration.ofSeconds(8);

  private final String name;
  private final DrivingRight right;
  private final Duration sweep;
  private final BooleanSupplier next;
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean stopped;
  private @Nullable Thread thread;

  /**
   * @param name of the work, in the plural
   * @param next does one piece; false when none is left
   */
  public WorkLoop(String name, DrivingRight right, RecoveryConfig config, BooleanSupplier next) {
    this.name = name;
    this.right = right;
    this.sweep = config.sweep();
    this.next = next;
  }

  public void start() {
    thread = Thread.ofPlatform().name(name).daemon().start(this::run);
  }

  /** What is under way is interrupted, and begun again at the next start. */
  public void stop() throws InterruptedException {
    stopped = true;
    Thread running = thread;
    if (running != null) {
      running.interrupt();
      running.join(STOPPING);
    }
  }

  /** Says that there is work. */
  public void wake() {
    woken.release();
  }

  /** Whether a failure of the work is the process's end, and no word on the work. */
  public boolean isEnding() {
    return stopped || Thread.currentThread().isInterrupted();
  }

  private void run() {
    try {
      while (!stopped) {
        try {
          while (!stopped && right.hold() && next.getAsBoolean()) {
            // until nothing is left to do
          }
        } catch (RuntimeException e) {
          if (stopped) {
            return;
          }
          LOG.warnf("%s cannot be looked for, tried again: %s", name, e);
        }
        if (woken.tryAcquire(sweep.toMillis(), TimeUnit.MILLISECONDS)) {
          woken.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
