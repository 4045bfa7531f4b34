/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone;

import dev.holdfast.embedded.ChildProcess;
import dev.holdfast.embedded.EmbeddedException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A process that is kept running: when it ends by itself it is started again, later each time, and
 * everybody can see it.
 */
final class Part {

  static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  private static final Duration STEADY = Duration.ofMinutes(2);

  /** Starts the process and returns when it is ready for the others. */
  @FunctionalInterface
  interface Starter {
    ChildProcess start();
  }

  /** Hears what happens to parts. */
  interface Listener {
    void started(Part part);

    /** It ended by itself; empty: it won't be started again. */
    void ended(Part part, int exitCode, Optional<Duration> restartIn);

    void restartFailed(Part part, String reason, Duration nextIn);
  }

  private final String name;
  private final Starter starter;
  private final BooleanSupplier restartable;
  private final Listener listener;
  private final InstantSource clock;
  private @Nullable ChildProcess process;
  private boolean stopped;
  private int restarts;
  private Duration pause = FIRST_PAUSE;
  private Instant startedAt = Instant.EPOCH;

  Part(
      String name,
      Starter starter,
      BooleanSupplier restartable,
      Listener listener,
      InstantSource clock) {
    this.name = name;
    this.starter = starter;
    this.restartable = restartable;
    this.listener = listener;
    this.clock = clock;
  }

  String name() {
    return name;
  }

  synchronized Optional<ChildProcess> process() {
    return Optional.ofNullable(process);
  }

  synchronized int restarts() {
    return restarts;
  }

  /** Starts it and returns when it is ready. */
  void start() {
    ChildProcess started;
    synchronized (this) {
      if (stopped) {
        throw new StandaloneException(name + " isn't started: everything is being stopped.");
      }
      started = starter.start();
      process = started;
      startedAt = clock.instant();
    }
    listener.started(this);
    watch(started);
  }

  /**
   * Kills it with -9 and starts it again at once, also where nobody else would; returns when it is
   * ready.
   */
  void restart() {
    ChildProcess started;
    synchronized (this) {
      if (stopped || process == null) {
        throw new StandaloneException(name + " isn't started again: it does not run.");
      }
      process.kill9();
      started = starter.start();
      process = started;
      startedAt = clock.instant();
      restarts++;
    }
    listener.started(this);
    watch(started);
  }

  /** Stops it for good; returns when it has ended. */
  synchronized void stop() {
    stopped = true;
    notifyAll();
    if (process != null) {
      process.stop();
    }
  }

  /** Marks it as stopped for good, without touching its process. */
  synchronized void leave() {
    stopped = true;
    notifyAll();
  }

  private void watch(ChildProcess started) {
    Thread.ofVirtual()
        .name("watch-" + name)
        .start(
            () -> {
              int code = started.onExit().join();
              keepRunning(started, code);
            });
  }

  private void keepRunning(ChildProcess ended, int exitCode) {
    Duration wait;
    synchronized (this) {
      if (stopped || ended != process) {
        return;
      }
      if (Duration.between(startedAt, clock.instant()).compareTo(STEADY) > 0) {
        pause = FIRST_PAUSE;
      }
      wait = pause;
    }
    boolean again = restartable.getAsBoolean();
    listener.ended(this, exitCode, again ? Optional.of(wait) : Optional.empty());
    while (again && pauseUnlessStopped(wait)) {
      try {
        synchronized (this) {
          if (ended != process) {
            return;
          }
          restarts++;
          pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
          wait = pause;
        }
        start();
        return;
      } catch (EmbeddedException | StandaloneException e) {
        synchronized (this) {
          if (stopped) {
            return;
          }
        }
        again = restartable.getAsBoolean();
        listener.restartFailed(this, String.valueOf(e.getMessage()), wait);
      }
    }
  }

  private synchronized boolean pauseUnlessStopped(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    try {
      while (!stopped) {
        long left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return true;
        }
        wait(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return false;
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
