/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.run;

import dev.holdfast.events.RecoveryEvent.Metrics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a run achieved.
 *
 * @param steps time that each step took, in order; empty for those that did not run
 * @param lossBasis how the figures of loss were come by
 */
public record RunMetrics(Metrics achieved, List<Optional<Duration>> steps, String lossBasis) {

  public static RunMetrics of(Run run) {
    Instant from = run.failingSince().orElse(run.startedAt());
    Optional<Duration> rto =
        run.facts().instant(Fact.VERIFIED_AT).map(verified -> Duration.between(from, verified));
    Optional<Duration> rpo = run.facts().number(Fact.RPO_MILLIS).map(Duration::ofMillis);
    return new RunMetrics(
        new Metrics(rpo, rto, run.facts().number(Fact.LOST_TRANSACTIONS)),
        run.steps().stream().map(RunMetrics::took).toList(),
        run.facts().text(Fact.LOSS_BASIS).orElse(""));
  }

  private static Optional<Duration> took(StepRun step) {
    return step.startedAt()
        .flatMap(start -> step.finishedAt().map(end -> Duration.between(start, end)));
  }
}
