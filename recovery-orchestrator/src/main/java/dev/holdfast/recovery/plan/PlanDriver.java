/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.plan;

import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.engine.DrivingRight;
import dev.holdfast.recovery.engine.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Makes the plans that were asked for, one after the other, oldest first; never in the transaction
 * that takes the command: the vault may take its time, and other commands must not wait for it.
 */
@ApplicationScoped
public class PlanDriver {

  private static final Logger LOG = Logger.getLogger(PlanDriver.class);

  /** One that ended the process that often is given up. */
  static final int ATTEMPTS = 3;

  private final PlanStore store;
  private final RestorePlanning planning;
  private final WorkLoop loop;

  PlanDriver(PlanStore store, RestorePlanning planning, DrivingRight right, RecoveryConfig config) {
    this.store = store;
    this.planning = planning;
    this.loop = new WorkLoop("plans", right, config, this::next);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    loop.stop();
  }

  /** Says that a plan was asked for. */
  public void wake() {
    loop.wake();
  }

  private boolean next() {
    Optional<PlanStore.Pending> found = store.begin();
    found.ifPresent(it -> store.answer(answer(it), it.correlation()));
    return found.isPresent();
  }

  private RestorePlanned answer(PlanStore.Pending pending) {
    if (pending.attempts() >= ATTEMPTS) {
      return planning.notDone(
          pending.asked(),
          "the orchestrator ended " + pending.attempts() + " times while the plan was made");
    }
    try {
      return planning.plan(pending.asked());
    } catch (RuntimeException e) {
      if (loop.isEnding()) {
        throw e;
      }
      LOG.warnf(e, "%s could not be made", pending.asked().run());
      return planning.notDone(
          pending.asked(), "the plan could not be made: " + e.getClass().getSimpleName());
    }
  }
}
