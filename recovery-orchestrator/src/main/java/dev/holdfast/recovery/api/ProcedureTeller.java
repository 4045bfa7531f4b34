/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.messaging.Correlation;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.engine.DrivingRight;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.store.PostgresRunStore;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Tells which procedures can be run: at the start, and again now and then, so that who has lost
 * what it knew learns it without anybody's help. Only the process that would run them tells, so
 * that an older version beside it does not contradict it.
 */
@ApplicationScoped
class ProcedureTeller {

  private static final Logger LOG = Logger.getLogger(ProcedureTeller.class);

  private final Procedures procedures;
  private final PostgresRunStore store;
  private final DrivingRight right;
  private final Duration every;
  private final InstantSource clock;
  private Instant due = Instant.MIN;

  ProcedureTeller(
      Procedures procedures,
      PostgresRunStore store,
      DrivingRight right,
      RecoveryConfig config,
      InstantSource clock) {
    this.procedures = procedures;
    this.store = store;
    this.right = right;
    this.every = config.tellProceduresEvery();
    this.clock = clock;
  }

  @Scheduled(
      every = "{holdfast.recovery.sweep}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  synchronized void look() {
    Instant now = clock.instant();
    if (now.isBefore(due)) {
      return;
    }
    try {
      if (right.hold()) {
        store.inTransaction(
            () ->
                store.send(
                    List.of(procedures.published(now)), Correlation.of("procedures/" + now)));
        due = now.plus(every);
      }
    } catch (RuntimeException e) {
      LOG.warnf("procedures cannot be told, tried again: %s", e);
    }
  }
}
