/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.run;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One run of a strategy: each of its sources is asked for, and answers or not.
 *
 * @param due when the schedule asked for it
 * @param answered parts that have ended, in the order of their answers
 * @param detail why it was skipped
 */
public record BackupRun(
    BackupId id,
    StrategyId strategy,
    Kind kind,
    Trigger trigger,
    String requestedBy,
    Optional<Instant> due,
    Optional<PointName> point,
    List<SourceId> sources,
    List<Component> answered,
    State state,
    Optional<String> detail,
    Instant startedAt,
    Optional<Instant> finishedAt) {

  /** How a run stands. */
  public enum State {
    RUNNING,
    COMPLETED,
    PARTIAL,
    FAILED,
    /** Not begun, because the one before it had not ended. */
    SKIPPED;

    @JsonValue
    public String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public BackupRun {
    sources = List.copyOf(sources);
    answered = List.copyOf(answered);
  }

  /** Who asked for a run, and why. */
  public record Request(BackupId id, Trigger trigger, String requestedBy, Optional<Instant> due) {}

  public static BackupRun begin(
      Request request, StrategyId strategy, Kind kind, List<SourceId> sources, Instant now) {
    return new BackupRun(
        request.id(),
        strategy,
        kind,
        request.trigger(),
        request.requestedBy(),
        request.due(),
        Optional.empty(),
        sources,
        List.of(),
        State.RUNNING,
        Optional.empty(),
        now,
        Optional.empty());
  }

  /** Gives the present position of one source a name. */
  public static BackupRun point(
      Request request, StrategyId strategy, SourceId source, PointName name, Instant now) {
    return new BackupRun(
        request.id(),
        strategy,
        Kind.RESTORE_POINT,
        request.trigger(),
        request.requestedBy(),
        request.due(),
        Optional.of(name),
        List.of(source),
        List.of(),
        State.RUNNING,
        Optional.empty(),
        now,
        Optional.empty());
  }

  /** Whether this run, while it has not ended, keeps another one from beginning. */
  public boolean standsInTheWayOf(BackupRun other) {
    return !id.equals(other.id)
        && kind == other.kind
        && (kind == Kind.RESTORE_POINT
            ? point.equals(other.point) && sources.equals(other.sources)
            : strategy.equals(other.strategy));
  }

  /** This run, not begun: what it asks for is under way already. */
  public BackupRun skippedFor(BackupId other, Instant now) {
    return ended(
        answered, State.SKIPPED, Optional.of("backup " + other + " has not ended yet"), now);
  }

  /** The run after a source's answer; the same when that source had answered, or is not asked. */
  public BackupRun with(Component part, Instant now) {
    boolean expected =
        state == State.RUNNING
            && sources.contains(part.source())
            && answered.stream().noneMatch(done -> done.source().equals(part.source()));
    if (!expected) {
      return this;
    }
    List<Component> parts = new ArrayList<>(answered);
    parts.add(part);
    return parts.size() == sources.size()
        ? ended(parts, outcome(parts), Optional.empty(), now)
        : ended(parts, State.RUNNING, Optional.empty(), now);
  }

  /** The run when nobody waits any longer: sources without an answer have failed. */
  public BackupRun givenUp(Duration waited, Instant now) {
    BackupRun run = this;
    for (SourceId source : sources) {
      run =
          run.with(
              new Component(
                  source,
                  ComponentOutcome.FAILED,
                  0,
                  Optional.of(
                      "no snapshot worker answered within "
                          + waited.toSeconds()
                          + " s; check that one runs for source '"
                          + source
                          + "' and reaches Kafka")),
              now);
    }
    return run;
  }

  private BackupRun ended(List<Component> parts, State next, Optional<String> why, Instant now) {
    return new BackupRun(
        id,
        strategy,
        kind,
        trigger,
        requestedBy,
        due,
        point,
        sources,
        parts,
        next,
        why,
        startedAt,
        next == State.RUNNING ? Optional.empty() : Optional.of(now));
  }

  private static State outcome(List<Component> parts) {
    long completed =
        parts.stream().filter(part -> part.outcome() == ComponentOutcome.COMPLETED).count();
    return completed == parts.size()
        ? State.COMPLETED
        : completed == 0 ? State.FAILED : State.PARTIAL;
  }

  /** What is asked of the workers. */
  public List<BackupCommand> commands() {
    return sources.stream()
        .<BackupCommand>map(
            source ->
                switch (kind) {
                  case RECOVERY_POINT ->
                      new BackupCommand.SealRecoveryPoint(id, strategy, source, startedAt);
                  case BASE -> new BackupCommand.TakeBaseSnapshot(id, strategy, source, startedAt);
                  case PROOF -> new BackupCommand.ProveContent(id, strategy, source, startedAt);
                  case RESTORE_POINT ->
                      new BackupCommand.CreateRestorePoint(
                          id, strategy, source, point.orElseThrow(), requestedBy, startedAt);
                })
        .toList();
  }

  public BackupStarted started() {
    return new BackupStarted(id, strategy, sources, trigger, requestedBy, startedAt);
  }

  /** What is told of the end; empty while it runs, and of what never began. */
  @JsonIgnore
  public Optional<BackupFinished> finished() {
    Optional<Outcome> outcome =
        switch (state) {
          case COMPLETED -> Optional.of(Outcome.COMPLETED);
          case PARTIAL -> Optional.of(Outcome.PARTIAL);
          case FAILED -> Optional.of(Outcome.FAILED);
          case RUNNING, SKIPPED -> Optional.empty();
        };
    return outcome.flatMap(
        how ->
            finishedAt.map(
                at ->
                    new BackupFinished(
                        id,
                        strategy,
                        how,
                        answered,
                        startedAt,
                        at,
                        Duration.between(startedAt, at))));
  }
}
