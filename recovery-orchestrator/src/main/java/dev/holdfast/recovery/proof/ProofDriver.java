/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.proof;

import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.events.RecoveryEvent.ProofCost;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.engine.DrivingRight;
import dev.holdfast.recovery.engine.WorkLoop;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Does proofs, one after the other, oldest first. A proof that the end of the process interrupted
 * is found in the store and begun again; one that ended the process too often is given up.
 */
@ApplicationScoped
public class ProofDriver {

  private static final Logger LOG = Logger.getLogger(ProofDriver.class);

  private static final int ATTEMPTS = 3;

  private final ProofStore store;
  private final ProofEngine engine;
  private final InstantSource clock;
  private final WorkLoop loop;

  ProofDriver(
      ProofStore store,
      ProofEngine engine,
      DrivingRight right,
      RecoveryConfig config,
      InstantSource clock) {
    this.store = store;
    this.engine = engine;
    this.clock = clock;
    this.loop = new WorkLoop("proofs", right, config, this::next);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    loop.stop();
  }

  /** Says that a proof was asked for. */
  public void wake() {
    loop.wake();
  }

  /** False when there is none. */
  private boolean next() {
    Optional<ProofStore.Pending> found = store.begin();
    if (found.isEmpty()) {
      return false;
    }
    ProofStore.Pending pending = found.get();
    ContentHashed asked = pending.asked();
    Optional<TargetDatabase> sandbox = engine.sandbox(asked);
    ProofReport report;
    if (sandbox.isEmpty()) {
      report =
          notDone(
              asked,
              "no sandbox is configured: set holdfast.recovery.sources."
                  + asked.source()
                  + ".sandbox-url to the url of a database that can be created");
    } else if (pending.superseded()) {
      report = notDone(asked, "a newer proof was asked for before this one began");
    } else if (pending.attempts() >= ATTEMPTS) {
      report =
          notDone(
              asked, "the orchestrator ended " + pending.attempts() + " times while it was done");
    } else {
      report = attempt(pending, sandbox.get());
    }
    LOG.infof("%s of %s: %s", report.id(), report.source(), report.detail());
    store.finish(report, ProofMessages.of(asked, report, sandbox.isEmpty()), pending.correlation());
    return true;
  }

  private ProofReport attempt(ProofStore.Pending pending, TargetDatabase sandbox) {
    ContentHashed asked = pending.asked();
    // Where a difference was found, the next proof begins from a base: a newer one may be good. A
    // closer look needs the sandbox that differs.
    Optional<String> anewBecause =
        pending.differed() && asked.narrows().isEmpty()
            ? Optional.of("the proof before it found a difference")
            : Optional.empty();
    try {
      return engine.prove(asked, anewBecause, sandbox);
    } catch (RuntimeException e) {
      if (loop.isEnding()) {
        throw e;
      }
      LOG.warnf(e, "%s of %s could not be done", asked.proof(), asked.source());
      return notDone(asked, e.getMessage() == null ? e.toString() : e.getMessage());
    }
  }

  private ProofReport notDone(ContentHashed asked, String why) {
    return new ProofReport(
        asked.proof(),
        asked.source(),
        asked.narrows(),
        asked.position(),
        ContentOutcome.NOT_DONE,
        why,
        Optional.empty(),
        0,
        List.of(),
        new ProofCost(asked.took(), asked.rows(), asked.bytes(), Duration.ZERO, 0, 0),
        asked.at(),
        clock.instant());
  }
}
