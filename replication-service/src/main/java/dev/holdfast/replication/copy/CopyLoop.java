/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.ReplicationEvent.CopyFailed;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.vault.VaultException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Keeps one source's copy in one region up to date, on a thread of its own: a region that is away
 * holds no other one up.
 */
final class CopyLoop {

  private static final Logger LOG = Logger.getLogger(CopyLoop.class);

  private final SourceId source;
  private final RegionId region;
  private final RegionCopy copy;
  private final CopyConfig config;
  private final Facts facts;
  private final InstantSource clock;
  private final Semaphore announced = new Semaphore(0);
  private final Thread thread;

  private volatile boolean stopped;
  private volatile Optional<Trouble> trouble = Optional.empty();
  private Optional<Instant> comparedAt = Optional.empty();

  CopyLoop(
      SourceId source,
      RegionId region,
      RegionCopy copy,
      CopyConfig config,
      Facts facts,
      InstantSource clock) {
    this.source = source;
    this.region = region;
    this.copy = copy;
    this.config = config;
    this.facts = facts;
    this.clock = clock;
    this.thread =
        Thread.ofVirtual()
            .name("copy-" + source + "-" + region)
            .uncaughtExceptionHandler(
                (ended, e) ->
                    LOG.errorf(
                        e,
                        "source %s is no longer copied to %s; restart this service",
                        source,
                        region))
            .unstarted(this::run);
  }

  SourceId source() {
    return source;
  }

  void start() {
    thread.start();
  }

  void stop() throws InterruptedException {
    stopped = true;
    thread.interrupt();
    thread.join(Duration.ofSeconds(3));
  }

  /** There may be something new; returns at once. */
  void look() {
    announced.release();
  }

  void keepLocked(StrategyId strategy, Optional<Duration> retention) {
    copy.keepLocked(strategy, retention);
  }

  CopyStatus status() {
    return new CopyStatus(
        source, region, thread.isAlive(), copy.standing(), trouble, copy.lockStanding());
  }

  private void run() {
    try {
      while (true) {
        announced.drainPermits();
        Duration pause = config.lookEvery();
        try {
          round();
          recovered();
        } catch (RuntimeException | Error e) {
          if (stopped) {
            return;
          }
          pause = failed(e);
          if (e instanceof OutOfMemoryError) {
            // Nothing is sure any more: this loop ends and the service says that it is not ready.
            throw e;
          }
        }
        // A failing region is not asked more often because more is announced for it.
        if (trouble.isPresent()) {
          Thread.sleep(pause);
        } else {
          announced.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() throws InterruptedException {
    copy.look();
    Instant now = clock.instant();
    boolean due = comparedAt.map(at -> !at.plus(config.compareEvery()).isAfter(now)).orElse(true);
    boolean lost = !due && copy.lostSome();
    if (due || lost) {
      copy.compare();
      if (lost) {
        LOG.warnf("%s lost objects of source %s; they are copied again", region, source);
        copy.tellSetback();
      }
      comparedAt = Optional.of(now);
    }
    copy.catchUp();
    copy.copyIndexes();
    copy.extendLocks();
  }

  private void recovered() {
    trouble.ifPresent(
        last -> {
          LOG.infof("source %s is copied to %s again", source, region);
          if (last.alerted()) {
            alert(
                "info",
                "copies of source '%s' to %s are made again".formatted(source, region),
                "nothing; it had failed since " + last.since());
          }
        });
    trouble = Optional.empty();
  }

  private Duration failed(Throwable e) {
    Instant now = clock.instant();
    Optional<Trouble> before = trouble;
    Trouble last =
        Trouble.after(
            before,
            e instanceof CopyException about ? about.object().value() : "",
            e instanceof Error || e.getMessage() == null ? e.toString() : e.getMessage(),
            now);
    if (last.isNews(before)) {
      LOG.warnf(
          "source %s cannot be copied to %s; it is tried again: %s", source, region, last.reason());
      facts.say(new CopyFailed(source, region, last.object(), last.reason(), now));
    }
    copy.tellProgress();
    if (isDamage(e)) {
      copy.tellSetback();
    }
    if (last.callsForPeople(now, config.alertAfter())) {
      alert(
          "high",
          "source '%s' cannot be copied to %s since %s: %s"
              .formatted(source, region, last.since(), last.reason()),
          "check that the store of region %s answers and takes objects with the configured"
                  .formatted(region)
              + " credentials; copying goes on by itself");
      last = last.told();
    }
    trouble = Optional.of(last);
    return last.pause(ThreadLocalRandom.current());
  }

  /** Whether bytes are missing or wrong; a store that does not answer says nothing about bytes. */
  private static boolean isDamage(Throwable e) {
    return e instanceof VaultException || e.getCause() instanceof VaultException;
  }

  private void alert(String severity, String title, String action) {
    facts.say(
        new AlertRaised(
            "replication-failing", severity, "region/" + region, title, action, clock.instant()));
  }
}
