/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.engine;

import dev.holdfast.model.RunId;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.run.Operations;
import dev.holdfast.recovery.run.RunEngine;
import dev.holdfast.recovery.run.RunStore;
import dev.holdfast.recovery.run.StaleRunException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Drives every run that is neither over nor waiting, one virtual thread each, from the start of the
 * process to its end. A run is found in the store and nowhere else: whatever put it there, and
 * whenever, it is driven.
 */
@ApplicationScoped
public class RunDriver {

  private static final Logger LOG = Logger.getLogger(RunDriver.class);
  private static final Duration STOPPING = Duration.ofSeconds(8);

  private final RunStore store;
  private final RunEngine engine;
  private final DrivingRight right;
  private final Duration sweep;
  private final Map<RunId, Thread> driving = new ConcurrentHashMap<>();
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean stopped;
  private volatile boolean swept;
  private @Nullable Thread sweeper;

  RunDriver(
      RunStore store,
      Operations operations,
      DrivingRight right,
      RecoveryConfig config,
      InstantSource clock) {
    this.store = store;
    this.engine = new RunEngine(store, operations, clock);
    this.right = right;
    this.sweep = config.sweep();
  }

  void start(@Observes StartupEvent event) {
    sweeper = Thread.ofVirtual().name("run-sweeper").start(this::sweep);
  }

  /** What is under way is interrupted, and goes on at the next start. */
  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped = true;
    Thread running = sweeper;
    if (running != null) {
      running.interrupt();
      running.join(Duration.ofSeconds(1));
    }
    driving.values().forEach(Thread::interrupt);
    long end = System.nanoTime() + STOPPING.toNanos();
    for (Thread thread : driving.values()) {
      thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
    }
    right.giveBack();
  }

  /** Says that a run was stored or answered. */
  public void wake() {
    woken.release();
  }

  /** Whether runs are looked after: this process holds the right, or another one does. */
  public boolean isSweeping() {
    return swept;
  }

  /** Ends what is under way for a run that somebody has ended in the store. */
  public void interrupt(RunId id) {
    Thread thread = driving.get(id);
    if (thread != null) {
      thread.interrupt();
    }
  }

  private void sweep() {
    try {
      while (!stopped) {
        try {
          if (right.hold()) {
            store.toDrive().forEach(this::drive);
          } else {
            // Another process drives now; what it does must not be done twice.
            driving.values().forEach(Thread::interrupt);
          }
          swept = true;
        } catch (RuntimeException e) {
          if (stopped) {
            return;
          }
          swept = false;
          LOG.warnf("runs cannot be looked for, tried again: %s", e);
        }
        if (woken.tryAcquire(sweep.toMillis(), TimeUnit.MILLISECONDS)) {
          woken.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void drive(RunId id) {
    if (!stopped) {
      driving.computeIfAbsent(
          id, it -> Thread.ofVirtual().name("run-" + it).start(() -> driveToEnd(it)));
    }
  }

  private void driveToEnd(RunId id) {
    try {
      engine.drive(id);
    } catch (InterruptedException e) {
      LOG.infof("run %s was interrupted; it goes on when it is driven again", id);
    } catch (StaleRunException e) {
      LOG.infof("run %s was changed meanwhile; it is looked at again", id);
    } catch (RuntimeException e) {
      if (!stopped) {
        // Its state is stored: the next sweep tries again.
        LOG.warnf("run %s cannot be driven on, tried again: %s", id, e);
      }
    } finally {
      driving.remove(id);
    }
  }
}
