/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.RecoveryCommand;
import dev.holdfast.events.RecoveryCommand.ExecuteProcedure;
import dev.holdfast.events.RecoveryEvent.Metrics;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStatus;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.engine.RunDriver;
import dev.holdfast.recovery.procedure.Procedure;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.question.QuestionDriver;
import dev.holdfast.recovery.question.QuestionStore;
import dev.holdfast.recovery.run.Change;
import dev.holdfast.recovery.run.RestoreOrder;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.RunStore.Stored;
import dev.holdfast.recovery.run.StepRun;
import dev.holdfast.recovery.run.Transitions;
import dev.holdfast.recovery.store.PostgresRunStore;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Turns what triggers, programs and people ask for into runs and answers. Everything here joins the
 * caller's transaction and is harmless when it comes twice.
 */
@ApplicationScoped
class RecoveryRequests {

  private final PostgresRunStore store;
  private final Procedures procedures;
  private final RunDriver driver;
  private final QuestionStore questions;
  private final QuestionDriver answering;
  private final InstantSource clock;

  RecoveryRequests(
      PostgresRunStore store,
      Procedures procedures,
      RunDriver driver,
      QuestionStore questions,
      QuestionDriver answering,
      InstantSource clock) {
    this.store = store;
    this.procedures = procedures;
    this.driver = driver;
    this.questions = questions;
    this.answering = answering;
    this.clock = clock;
  }

  /** One run per incident; without automation, a person is asked instead. */
  Uni<Void> triggered(FailoverTriggered event, Correlation correlation) {
    Optional<Procedure> procedure = procedures.find(event.scenario());
    if (procedure.isEmpty()) {
      return alert(
          event,
          "no procedure '" + event.scenario() + "' is there for " + event.trigger(),
          "recover by hand; the evidence: " + String.join("; ", event.evidence()),
          correlation);
    }
    if (!event.automated()) {
      return alert(
          event,
          event.trigger() + " has fired for source " + event.source() + " and asks for a person",
          "judge the evidence ("
              + String.join("; ", event.evidence())
              + "), then POST /api/v1/procedures/"
              + event.scenario()
              + "/runs with source "
              + event.source(),
          correlation);
    }
    RunId id = runId(event.scenario(), event.incident());
    Change start =
        Transitions.start(
            new Transitions.Request(
                id,
                procedure.get(),
                event.source(),
                Optional.of(event.incident()),
                Optional.of(event.failingSince()),
                Optional.empty(),
                "trigger/" + event.trigger()),
            clock.instant());
    return store
        .insert(start, correlation)
        .chain(added -> added ? Uni.createFrom().voidItem() : notStarted(event, correlation));
  }

  private Uni<Void> notStarted(FailoverTriggered event, Correlation correlation) {
    return store
        .ofIncident(event.incident())
        .chain(
            known ->
                known.isPresent()
                    ? Uni.createFrom().voidItem()
                    : alert(
                        event,
                        event.trigger()
                            + " has fired for source "
                            + event.source()
                            + " while another run is at work on it",
                        "see that run end; when the trouble stays, execute "
                            + event.scenario()
                            + " by hand",
                        correlation));
  }

  private Uni<Void> alert(
      FailoverTriggered event, String title, String action, Correlation correlation) {
    return store.send(
        List.of(
            new AlertRaised(
                event.incident() + "/asks-for-a-person",
                event.severity(),
                "source/" + event.source(),
                title,
                action,
                clock.instant())),
        correlation);
  }

  /** The same incident leads to the same id; what ids do not know becomes '-'. */
  private static RunId runId(String procedure, String incident) {
    String text = (procedure + "-" + incident).replaceAll("[^A-Za-z0-9_-]", "-");
    return new RunId(
        text.length() <= 63
            ? text
            : text.substring(0, 54) + "-" + String.format("%08x", incident.hashCode()));
  }

  /** A command from Kafka. What cannot be done is told to people: nobody waits for an answer. */
  Uni<Void> command(RecoveryCommand command, Correlation correlation) {
    return switch (command) {
      case ExecuteProcedure it ->
          procedures.all().stream()
              .filter(known -> known.id().equals(it.procedure()))
              .findFirst()
              .map(
                  procedure ->
                      execute(it.run(), procedure, it.source(), it.requestedBy(), correlation)
                          .chain(added -> added ? nothing() : unlessKnown(it, correlation)))
              .orElseGet(
                  () -> refused(it, "there is no procedure '" + it.procedure() + "'", correlation));
      case RecoveryCommand.Restore it ->
          restore(
                  it.run(),
                  it.source(),
                  RestoreOrder.whole(it.target(), it.into(), it.credentials(), it.region()),
                  it.requestedBy(),
                  correlation)
              .replaceWithVoid();
      case RecoveryCommand.RestoreScoped it ->
          restore(
                  it.run(),
                  it.source(),
                  RestoreOrder.of(
                      it.target(),
                      it.exceptXid(),
                      it.scope(),
                      it.into(),
                      it.credentials(),
                      it.region(),
                      it.requestedAt()),
                  it.requestedBy(),
                  correlation)
              .replaceWithVoid();
      case RecoveryCommand.RestoreOrdered it ->
          restore(
                  it.run(),
                  it.order().source(),
                  RestoreOrder.of(it.order(), it.requestedAt()),
                  it.requestedBy(),
                  correlation)
              .replaceWithVoid();
      case RecoveryCommand.Question it -> questions.ask(it, correlation);
      case RecoveryCommand.DecideStep it ->
          decide(it.run(), it.step(), it.approved(), it.decidedBy(), it.comment())
              .chain(
                  answer ->
                      answer instanceof Answer.Refused(String why)
                          ? refused(it.run(), why, correlation)
                          : nothing());
      case RecoveryCommand.AbortRun it ->
          abort(it.run(), it.abortedBy(), it.comment())
              .chain(
                  answer ->
                      switch (answer) {
                        case Answer.Taken ignored -> nothing();
                        case Answer.Refused(String why) -> refused(it.run(), why, correlation);
                        // What asked for it was lost: who waits for it need not any longer.
                        case Answer.NoSuchRun ignored ->
                            store.send(
                                List.of(
                                    neverBegun(
                                        it.run(),
                                        it.procedure(),
                                        it.source(),
                                        "never began; "
                                            + Transitions.abortedBy(it.abortedBy(), it.comment()),
                                        it.abortedAt())),
                                correlation);
                      });
    };
  }

  private Uni<Void> unlessKnown(ExecuteProcedure command, Correlation correlation) {
    return store
        .read(command.run())
        .chain(
            known ->
                known.isPresent()
                    ? nothing()
                    : store
                        .activeOn(command.source())
                        .chain(
                            active ->
                                refused(
                                    command,
                                    "another run is at work on source '"
                                        + command.source()
                                        + "'"
                                        + active.map(id -> ": " + id).orElse(""),
                                    correlation)));
  }

  /** The run ends before it began, so that who asked for it does not wait for it. */
  private Uni<Void> refused(ExecuteProcedure command, String why, Correlation correlation) {
    return store
        .send(
            List.of(
                neverBegun(
                    command.run(),
                    command.procedure(),
                    command.source(),
                    "refused: " + why,
                    command.requestedAt())),
            correlation)
        .chain(() -> refused(command.run(), why, correlation));
  }

  private RunFinished neverBegun(
      RunId run, String procedure, SourceId source, String why, Instant asked) {
    return new RunFinished(
        run,
        procedure,
        source,
        RunStatus.FAILED,
        why,
        new Metrics(Optional.empty(), Optional.empty(), Optional.empty()),
        asked,
        clock.instant());
  }

  private Uni<Void> refused(RunId run, String why, Correlation correlation) {
    return store.send(
        List.of(
            new AlertRaised(
                run + "/refused",
                "high",
                "run/" + run,
                "a recovery command was refused: " + why,
                "correct it and send it again",
                clock.instant())),
        correlation);
  }

  private static Uni<Void> nothing() {
    return Uni.createFrom().voidItem();
  }

  /** False when the run is there already, or another one is at work on the source. */
  Uni<Boolean> execute(
      RunId id, Procedure procedure, SourceId source, String by, Correlation correlation) {
    return store.insert(
        Transitions.start(
            new Transitions.Request(
                id, procedure, source, Optional.empty(), Optional.empty(), Optional.empty(), by),
            clock.instant()),
        correlation);
  }

  Uni<Boolean> restore(
      RunId id, SourceId source, RestoreOrder order, String by, Correlation correlation) {
    return store.insert(
        Transitions.start(
            new Transitions.Request(
                id,
                procedures.get(Procedures.RESTORE),
                source,
                Optional.empty(),
                Optional.empty(),
                Optional.of(order),
                by),
            clock.instant()),
        correlation);
  }

  /** What came of an answer to a run. */
  sealed interface Answer {
    record Taken(Run run) implements Answer {}

    record NoSuchRun() implements Answer {}

    /** It does not go with the run's state. */
    record Refused(String why) implements Answer {}
  }

  Uni<Answer> decide(RunId id, int step, boolean approved, String by, String comment) {
    return change(
        id,
        run -> {
          if (step < 1 || step > run.steps().size()) {
            return Optional.of("run " + id + " has no step " + step);
          }
          return run.step(step).state() == StepRun.State.WAITING_FOR_APPROVAL
              ? Optional.empty()
              : Optional.of("step " + step + " of run " + id + " does not wait for approval");
        },
        (run, now) -> Transitions.decide(run, step, approved, by, comment, now));
  }

  Uni<Answer> abort(RunId id, String by, String comment) {
    return change(
        id,
        run ->
            run.state().isOver() ? Optional.of("run " + id + " is over already") : Optional.empty(),
        (run, now) -> Transitions.abort(run, by, comment, now));
  }

  private interface Transition {
    Change of(Run run, Instant now);
  }

  private Uni<Answer> change(
      RunId id, Function<Run, Optional<String>> refusal, Transition transition) {
    return store
        .read(id)
        .chain(
            found -> {
              if (found.isEmpty()) {
                return Uni.createFrom().item(new Answer.NoSuchRun());
              }
              Stored before = found.get();
              Optional<String> why = refusal.apply(before.run());
              return why.isPresent()
                  ? Uni.createFrom().item(new Answer.Refused(why.get()))
                  : store
                      .replace(before, transition.of(before.run(), clock.instant()))
                      .map(after -> new Answer.Taken(after.run()));
            });
  }

  /** After the commit: what is under way for a run that was ended is interrupted. */
  void committed(RecoveryCommand command) {
    if (command instanceof RecoveryCommand.AbortRun it) {
      driver.interrupt(it.run());
    }
    wake();
  }

  /** After the commit: the run is driven, or the plan made, at once. */
  void wake() {
    driver.wake();
    answering.wake();
  }
}
