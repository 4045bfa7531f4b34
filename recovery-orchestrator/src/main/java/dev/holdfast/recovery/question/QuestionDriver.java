/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.question;

import dev.holdfast.events.RecoveryCommand.FindTransactions;
import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryCommand.Question;
import dev.holdfast.events.RecoveryEvent.Answer;
import dev.holdfast.events.RecoveryEvent.Refusal;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.events.RecoveryEvent.TransactionsFound;
import dev.holdfast.recovery.RecoveryConfig;
import dev.holdfast.recovery.engine.DrivingRight;
import dev.holdfast.recovery.engine.WorkLoop;
import dev.holdfast.recovery.restore.RestoreProblems;
import dev.holdfast.service.Problem;
import dev.holdfast.service.ProblemDocument;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Answers what was asked, one after the other, oldest first; never in the transaction that takes
 * the command: the vault may take its time, and other commands must not wait for it.
 */
@ApplicationScoped
public class QuestionDriver {

  private static final Logger LOG = Logger.getLogger(QuestionDriver.class);

  /** One that ended the process that often is given up. */
  static final int ATTEMPTS = 3;

  private final QuestionStore store;
  private final RestorePlanning planning;
  private final TransactionSearch search;
  private final InstantSource clock;
  private final WorkLoop loop;

  QuestionDriver(
      QuestionStore store,
      RestorePlanning planning,
      TransactionSearch search,
      InstantSource clock,
      DrivingRight right,
      RecoveryConfig config) {
    this.store = store;
    this.planning = planning;
    this.search = search;
    this.clock = clock;
    this.loop = new WorkLoop("questions", right, config, this::next);
  }

  void start(@Observes StartupEvent event) {
    loop.start();
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    loop.stop();
  }

  /** Says that something was asked. */
  public void wake() {
    loop.wake();
  }

  private boolean next() {
    Optional<QuestionStore.Pending> found = store.begin();
    found.ifPresent(it -> store.answer(answer(it), it.correlation()));
    return found.isPresent();
  }

  private Answer answer(QuestionStore.Pending pending) {
    Question asked = pending.asked();
    if (pending.attempts() >= ATTEMPTS) {
      return refused(
          asked, notAnswered("the orchestrator ended " + pending.attempts() + " times over it"));
    }
    try {
      return switch (asked) {
        case PlanRestore it -> planning.plan(it);
        case FindTransactions it -> search.find(it);
      };
    } catch (RuntimeException e) {
      if (loop.isEnding()) {
        throw e;
      }
      return refused(
          asked,
          RestoreProblems.of(e)
              .orElseGet(
                  () -> {
                    LOG.warnf(e, "%s could not be answered", asked.run());
                    return notAnswered(e.getClass().getSimpleName());
                  }));
    }
  }

  /** What was asked is not to blame. */
  private static Problem notAnswered(String why) {
    return Problem.of(500, "not-answered", "Not answered", "this could not be answered: " + why)
        .fix("ask again; the orchestrator's log says more");
  }

  private Answer refused(Question asked, Problem problem) {
    ProblemDocument said = problem.document();
    Optional<Refusal> refusal =
        Optional.of(
            new Refusal(
                said.type().substring(said.type().lastIndexOf(':') + 1),
                said.detail(),
                Optional.ofNullable(said.field()),
                Optional.ofNullable(said.fix())));
    return switch (asked) {
      case PlanRestore it ->
          new RestorePlanned(it.run(), it.source(), Optional.empty(), refusal, clock.instant());
      case FindTransactions it ->
          new TransactionsFound(it.run(), it.source(), Optional.empty(), refusal, clock.instant());
    };
  }
}
