/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.question;

import dev.holdfast.events.RecoveryEvent.Estimate;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.procedure.OperationId;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.proof.ProofStore;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.OperationRun;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.store.RunListing;
import dev.holdfast.recovery.store.RunListing.Filter;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long restores take here: as long, by the byte, as the newest one of the source that was done
 * in one go, or as the sandbox of its newest proof that was restored from a base.
 */
@ApplicationScoped
class RestorePace {

  /** How far back it is looked. */
  private static final int NEWEST = 50;

  private final RunListing runs;
  private final ProofStore proofs;

  RestorePace(RunListing runs, ProofStore proofs) {
    this.runs = runs;
    this.proofs = proofs;
  }

  /**
   * Something that was measured.
   *
   * @param of a run or a proof
   */
  record Measured(String of, long bytes, Duration took) {

    /** Whole seconds, rounded up: more than that nobody knows. */
    Estimate estimate(long storedBytes) {
      double seconds = took.toMillis() / 1000.0 * storedBytes / bytes;
      return new Estimate(
          Duration.ofSeconds(Math.max(1, (long) Math.ceil(seconds))),
          String.format(
              Locale.ROOT, "%,d bytes took %.1f s in %s", bytes, took.toMillis() / 1000.0, of));
    }
  }

  /** Empty while nothing was measured. */
  Optional<Estimate> estimate(SourceId source, long storedBytes) {
    return ofRuns(source).or(() -> ofProofs(source)).map(it -> it.estimate(storedBytes));
  }

  private Optional<Measured> ofRuns(SourceId source) {
    return runs
        .list(
            new Filter(
                Optional.of(source.value()),
                Optional.of(Procedures.RESTORE),
                Optional.of(Run.State.COMPLETED)),
            NEWEST)
        .stream()
        .map(RunListing.Shown::run)
        .filter(run -> run.restore().filter(it -> it.scope().only().isEmpty()).isPresent())
        .flatMap(RestorePace::measured)
        .findFirst();
  }

  private static Stream<Measured> measured(Run run) {
    return run.steps().stream()
        .flatMap(step -> step.operations().stream())
        .filter(it -> it.operation() == OperationId.FILL_TARGET && it.attempts() == 1)
        .flatMap(
            it ->
                run.facts().number(Fact.STORED_BYTES).filter(bytes -> bytes > 0).stream()
                    .flatMap(
                        bytes ->
                            took(it)
                                .map(time -> new Measured(run.id().value(), bytes, time))
                                .stream()));
  }

  private static Optional<Duration> took(OperationRun operation) {
    return operation
        .begunAt()
        .flatMap(begun -> operation.endedAt().map(end -> Duration.between(begun, end)));
  }

  private Optional<Measured> ofProofs(SourceId source) {
    return proofs.list(Optional.of(source.value()), NEWEST).stream()
        .filter(it -> it.fullBecause().isPresent() && it.cost().vaultBytes() > 0)
        .map(it -> new Measured(it.id(), it.cost().vaultBytes(), it.cost().sandboxTook()))
        .findFirst();
  }
}
