/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.FindingSeverity;
import dev.holdfast.events.BackupEvent.SourceFinding;
import dev.holdfast.postgres.Finding;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.SourceChecks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at a source for what would make its backup inexact or the source unsafe, and tells what was
 * found. Only a new epoch waits for it; a stream that runs is never stopped for a finding.
 */
final class SourceExamination {

  private static final Logger LOG = LoggerFactory.getLogger(SourceExamination.class);

  /** A table more or less changes nothing about what a person has to do. */
  static final int MOST_TOLD = 500;

  private final CaptureContext context;
  private volatile List<Finding> found = List.of();
  private Instant next = Instant.MIN;
  private boolean running;

  SourceExamination(CaptureContext context) {
    this.context = context;
  }

  /** What the last look found, worst first. */
  List<Finding> found() {
    return found;
  }

  /**
   * Looks now.
   *
   * @throws PostgresException when the source cannot be asked
   */
  List<Finding> look() {
    List<Finding> now =
        SourceChecks.run(
            context.connections().named("holdfast-doctor"), context.scope(), context.slot());
    found = now;
    context.announce().accept(event(now));
    synchronized (this) {
      next = context.clock().instant().plus(context.settings().examination());
    }
    return now;
  }

  /** Looks when it is time to, beside everything else. */
  synchronized void lookWhenDue() {
    if (running || context.clock().instant().isBefore(next)) {
      return;
    }
    running = true;
    Thread.ofVirtual().name("examine-" + context.source()).start(this::lookAside);
  }

  private void lookAside() {
    Duration pause = context.settings().examination();
    try {
      look();
    } catch (PostgresException e) {
      // That the source is away, capture itself tells.
      LOG.debug("{} cannot be examined now: {}", context.source(), e.getMessage());
      pause = context.settings().retryMost();
    } finally {
      synchronized (this) {
        running = false;
        next = context.clock().instant().plus(pause);
      }
    }
  }

  private BackupEvent.SourceExamined event(List<Finding> findings) {
    return new BackupEvent.SourceExamined(
        context.source(),
        findings.stream().limit(MOST_TOLD).map(SourceExamination::told).toList(),
        Math.max(0, findings.size() - MOST_TOLD),
        context.clock().instant());
  }

  private static SourceFinding told(Finding finding) {
    return new SourceFinding(
        switch (finding.severity()) {
          case ERROR -> FindingSeverity.ERROR;
          case WARNING -> FindingSeverity.WARNING;
          case INFO -> FindingSeverity.INFO;
        },
        finding.subject(),
        finding.message(),
        finding.fix());
  }
}
