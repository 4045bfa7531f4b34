/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.AuditEvent.OperationRecorded;
import dev.holdfast.events.Message;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.RunStatus;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.events.RecoveryEvent.StepStatus;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.procedure.OperationId;
import dev.holdfast.recovery.procedure.Procedure;
import dev.holdfast.recovery.procedure.Step;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The changes a run can go through, each with the events that tell of it. */
public final class Transitions {

  /** Who acts when no person does. */
  public static final String SELF = "recovery-orchestrator";

  private Transitions() {}

  /** What a new run is asked for. */
  public record Request(
      RunId id,
      Procedure procedure,
      SourceId source,
      Optional<String> incident,
      Optional<Instant> failingSince,
      Optional<RestoreOrder> restore,
      String requestedBy) {}

  public static Change start(Request request, Instant now) {
    Run run =
        new Run(
            request.id(),
            request.procedure(),
            request.source(),
            request.incident(),
            request.failingSince(),
            request.restore(),
            request.requestedBy(),
            Run.State.RUNNING,
            "",
            request.procedure().steps().stream().map(StepRun::pending).toList(),
            Facts.NONE,
            Optional.empty(),
            0,
            now,
            Optional.empty());
    return new Change(
        run,
        List.of(
            new RunStarted(
                run.id(),
                run.procedure().id(),
                run.source(),
                run.incident(),
                run.requestedBy(),
                now),
            audit(
                run, run.requestedBy(), run.procedure().id(), "requested", "run " + run.id(), now),
            alert(
                run,
                "started",
                run.restore().isPresent() ? "info" : run.procedure().severity(),
                run.procedure().name() + " of source " + run.source() + " has started",
                "follow run " + run.id(),
                now)));
  }

  public static Change begin(Run run, int step, Instant now) {
    return changed(
        run.with(run.step(step).started(now).to(StepRun.State.RUNNING, "")), step, List.of(), now);
  }

  public static Change skip(Run run, int step, String reason, Instant now) {
    return changed(
        run.with(run.step(step).to(StepRun.State.SKIPPED, reason).finished(now)),
        step,
        List.of(),
        now);
  }

  /** Asks a person before {@code step} begins. */
  public static Change askToBegin(Run run, int step, Instant now) {
    Step what = run.procedure().step(step);
    String why =
        what.remedyFor()
            .map(
                n ->
                    run.step(n).state() == StepRun.State.FAILED
                        ? "step " + n + " failed: " + run.step(n).detail()
                        : "data was lost: "
                            + run.facts().text(Fact.LOSS_BASIS).orElse("see step " + n))
            .orElse(what.description());
    return ask(run, step, "approve to run '" + what.name() + "' (" + why + ")", now);
  }

  /** Stores that {@code operation} is about to act. */
  public static Change intend(Run run, int step, int operation, Instant now) {
    StepRun before = run.step(step);
    return new Change(
        run.with(before.with(operation, before.operations().get(operation).intended(now))),
        List.of());
  }

  /** Stores what came of {@code operation}. */
  public static Change apply(Run run, int step, int operation, Outcome outcome, Instant now) {
    StepRun before = run.step(step);
    OperationRun acted = before.operations().get(operation);
    return switch (outcome) {
      case Outcome.Done done -> {
        List<Message> messages = new ArrayList<>(done.messages());
        messages.add(audit(run, acted.operation(), "completed", done.detail(), now));
        yield new Change(
            run.with(before.with(operation, acted.done(done.detail(), now)))
                .with(done.facts())
                .withReport(done.report()),
            messages);
      }
      case Outcome.Failed failed -> {
        Run after =
            run.with(
                    before
                        .with(operation, acted.failed(failed.reason(), now))
                        .to(StepRun.State.FAILED, failed.reason())
                        .finished(now))
                .with(failed.facts());
        yield changed(
            after,
            step,
            List.of(audit(run, acted.operation(), "failed", failed.reason(), now)),
            now);
      }
      case Outcome.NeedsPerson needs ->
          ask(
              run.with(before.with(operation, acted.asking(needs.question()))),
              step,
              needs.question(),
              now);
      case Outcome.NotNeeded no -> notNeeded(run, step, operation, no.reason(), now);
    };
  }

  private static Change notNeeded(Run run, int step, int operation, String reason, Instant now) {
    StepRun before = run.step(step);
    OperationRun acted = before.operations().get(operation);
    Run after =
        run.with(
            before
                .with(operation, acted.done(reason, now))
                .to(StepRun.State.COMPLETED, reason)
                .finished(now));
    List<Message> messages = new ArrayList<>();
    messages.add(audit(run, acted.operation(), "completed", reason, now));
    Change change = changed(after, step, messages, now);
    for (int later = step + 1; later <= run.steps().size(); later++) {
      Change skipped = skip(change.run(), later, "not needed: " + reason, now);
      messages = new ArrayList<>(change.messages());
      messages.addAll(skipped.messages());
      change = new Change(skipped.run(), messages);
    }
    return change;
  }

  public static Change complete(Run run, int step, Instant now) {
    return changed(
        run.with(
            run.step(step)
                .to(StepRun.State.COMPLETED, run.procedure().step(step).verification())
                .finished(now)),
        step,
        List.of(),
        now);
  }

  /** A person's answer to the step that waits. */
  public static Change decide(
      Run run, int step, boolean approved, String by, String comment, Instant now) {
    StepRun before = run.step(step);
    if (before.state() != StepRun.State.WAITING_FOR_APPROVAL) {
      throw new IllegalStateException(
          "step " + step + " of run " + run.id() + " does not wait for approval");
    }
    int asked =
        before.startedAt().isEmpty()
            ? Approval.TO_BEGIN
            : before.nextOperation().orElse(Approval.TO_BEGIN);
    StepRun answered = before.with(new Approval(asked, approved, by, comment, now));
    Message audited =
        audit(
            run,
            by,
            (approved ? "approve" : "reject") + "-step-" + step,
            "completed",
            comment,
            now);
    StepRun after;
    if (approved) {
      after = answered.started(now).to(StepRun.State.RUNNING, "approved by " + by);
    } else if (isDeclinedRemedy(run, step)) {
      // Nothing failed: the person accepts the loss.
      after =
          answered.to(StepRun.State.SKIPPED, "declined by " + by + ": " + comment).finished(now);
    } else {
      after = answered.to(StepRun.State.FAILED, "rejected by " + by + ": " + comment).finished(now);
    }
    return changed(run.with(after).to(Run.State.RUNNING, ""), step, List.of(audited), now);
  }

  /** A person ends a run that is not over; what was done so far stays as it is. */
  public static Change abort(Run run, String by, String comment, Instant now) {
    if (run.state().isOver()) {
      throw new IllegalStateException("run " + run.id() + " is over already");
    }
    String why = abortedBy(by, comment);
    Run after = run;
    List<Message> messages = new ArrayList<>();
    messages.add(audit(run, by, "abort", "completed", comment, now));
    for (StepRun step : run.steps()) {
      if (step.state() == StepRun.State.RUNNING
          || step.state() == StepRun.State.WAITING_FOR_APPROVAL) {
        Change change =
            changed(
                after.with(step.to(StepRun.State.FAILED, why).finished(now)),
                step.step(),
                List.of(),
                now);
        after = change.run();
        messages.addAll(change.messages());
      }
    }
    Change finished = finish(after, false, why, now);
    messages.addAll(finished.messages());
    return new Change(finished.run(), messages);
  }

  public static String abortedBy(String by, String comment) {
    return "aborted by " + by + (comment.isBlank() ? "" : ": " + comment);
  }

  private static boolean isDeclinedRemedy(Run run, int step) {
    return run.procedure()
        .step(step)
        .remedyFor()
        .filter(n -> run.step(n).state() != StepRun.State.FAILED)
        .isPresent();
  }

  public static Change finish(Run run, boolean completed, String detail, Instant now) {
    Run after = run.to(completed ? Run.State.COMPLETED : Run.State.FAILED, detail).finished(now);
    return new Change(
        after,
        List.of(
            new RunFinished(
                run.id(),
                run.procedure().id(),
                run.source(),
                completed ? RunStatus.COMPLETED : RunStatus.FAILED,
                detail,
                RunMetrics.of(after).achieved(),
                run.startedAt(),
                now),
            audit(run, SELF, run.procedure().id(), completed ? "completed" : "failed", detail, now),
            alert(
                run,
                completed ? "completed" : "failed",
                completed ? "info" : run.procedure().severity(),
                run.procedure().name()
                    + " of source "
                    + run.source()
                    + (completed ? " is completed" : " has failed: " + detail),
                completed
                    ? "nothing to do"
                    : "take over by hand; run " + run.id() + " has the details",
                now)));
  }

  private static Change ask(Run run, int step, String question, Instant now) {
    Run after =
        run.with(run.step(step).to(StepRun.State.WAITING_FOR_APPROVAL, question))
            .to(Run.State.WAITING, "step " + step + ": " + question);
    return changed(
        after,
        step,
        List.of(
            alert(
                run,
                "waits-for-approval",
                run.procedure().severity(),
                run.procedure().name() + " of source " + run.source() + " waits for a person",
                question + "; answer at /api/v1/runs/" + run.id() + "/steps/" + step + "/decision",
                now)),
        now);
  }

  private static Change changed(Run run, int step, List<Message> others, Instant now) {
    Run numbered = run.numbered(run.sequence() + 1);
    StepRun is = numbered.step(step);
    List<Message> messages = new ArrayList<>(others);
    messages.add(
        new StepChanged(
            run.id(),
            numbered.sequence(),
            step,
            run.procedure().step(step).name(),
            status(is.state()),
            is.detail(),
            now));
    return new Change(numbered, messages);
  }

  private static StepStatus status(StepRun.State state) {
    return switch (state) {
      case PENDING -> throw new IllegalStateException("a step never becomes pending");
      case RUNNING -> StepStatus.RUNNING;
      case WAITING_FOR_APPROVAL -> StepStatus.WAITING_FOR_APPROVAL;
      case COMPLETED -> StepStatus.COMPLETED;
      case SKIPPED -> StepStatus.SKIPPED;
      case FAILED -> StepStatus.FAILED;
    };
  }

  private static OperationRecorded audit(
      Run run, OperationId operation, String outcome, String detail, Instant now) {
    return audit(run, SELF, operation.wire(), outcome, detail, now);
  }

  private static OperationRecorded audit(
      Run run, String actor, String operation, String outcome, String detail, Instant now) {
    return new OperationRecorded(
        actor,
        operation,
        "source/" + run.source(),
        outcome,
        "run " + run.id() + ": " + detail,
        now);
  }

  private static AlertRaised alert(
      Run run, String what, String severity, String title, String action, Instant now) {
    return new AlertRaised(
        run.id() + "/" + what, severity, "source/" + run.source(), title, action, now);
  }
}
