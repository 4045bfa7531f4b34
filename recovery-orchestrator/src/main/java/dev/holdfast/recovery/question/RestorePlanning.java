/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.question;

import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryEvent.Estimate;
import dev.holdfast.events.RecoveryEvent.Plan;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.PlanSummary;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.recovery.restore.RestorePreparation;
import dev.holdfast.recovery.restore.TargetCredentials;
import dev.holdfast.recovery.run.RestoreOrder;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds out what an order would do, as the restore itself would, and changes nothing. */
@ApplicationScoped
class RestorePlanning {

  private final RestorePreparation preparation;
  private final TargetCredentials credentials;
  private final RestorePace pace;
  private final InstantSource clock;

  RestorePlanning(
      RestorePreparation preparation,
      TargetCredentials credentials,
      RestorePace pace,
      InstantSource clock) {
    this.preparation = preparation;
    this.credentials = credentials;
    this.pace = pace;
    this.clock = clock;
  }

  /** Blocks. What the order is refused for is thrown. */
  RestorePlanned plan(PlanRestore asked) {
    RestoreOrder order = RestoreOrder.of(asked.order(), asked.requestedAt());
    RestorePlan.Reachable plan =
        preparation.check(asked.order().source(), order, credentials.named(order.credentials()));
    return planned(asked, preparation.summary(order, plan));
  }

  private RestorePlanned planned(PlanRestore asked, PlanSummary summary) {
    return new RestorePlanned(
        asked.run(),
        asked.order().source(),
        Optional.of(
            new Plan(
                summary.target(),
                summary.base(),
                summary.baseAt(),
                summary.basePosition(),
                summary.segments(),
                summary.changes(),
                summary.storedBytes(),
                summary.through(),
                summary.throughTime(),
                Optional.of(estimate(asked, summary)),
                notes(asked, summary))),
        Optional.empty(),
        clock.instant());
  }

  /** As what was restored here took; before that, as the benchmarks say of a slow server. */
  private Estimate estimate(PlanRestore asked, PlanSummary summary) {
    Optional<Estimate> measured =
        asked.order().scope().only().isEmpty()
            ? pace.estimate(asked.order().source(), summary.storedBytes())
            : Optional.empty();
    return measured.orElseGet(
        () ->
            new Estimate(
                Duration.ofSeconds(summary.estimate().mostSeconds()),
                "nothing like it was restored here yet: on a slow server, a fast one takes "
                    + summary.estimate().leastSeconds()
                    + " s"));
  }

  private static List<String> notes(PlanRestore asked, PlanSummary summary) {
    List<String> notes = new ArrayList<>();
    summary.warning().ifPresent(notes::add);
    notes.addAll(summary.notExact());
    List<String> only = asked.order().scope().only();
    if (!only.isEmpty()) {
      notes.add("only " + String.join(", ", only) + "; every other table is left out");
    }
    asked
        .order()
        .exceptXid()
        .ifPresent(
            xid ->
                notes.add(
                    "transaction "
                        + xid
                        + " is left out; the run's report will say how many later rows build on"
                        + " it"));
    if (asked.order().scope().inPlace()) {
      notes.add(
          "rows of live tables in database "
              + DatabaseUrl.parse(asked.order().into()).database()
              + " are replaced; what they held is kept aside");
    }
    return notes;
  }
}
