/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import static dev.holdfast.catalog.service.WrittenChain.MAIN;

import dev.holdfast.events.RecoveryEvent.Metrics;
import dev.holdfast.events.RecoveryEvent.ProcedureStep;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import dev.holdfast.events.RecoveryEvent.PublishedObjective;
import dev.holdfast.events.RecoveryEvent.PublishedProcedure;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStatus;
import dev.holdfast.model.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What an orchestrator tells of its procedures and their runs. */
final class ToldProcedures {

  private ToldProcedures() {}

  static ProceduresPublished named(String name, Instant at) {
    return new ProceduresPublished(
        List.of(
            new PublishedProcedure(
                "database_failure",
                name,
                "complete_database_outage",
                "critical",
                Duration.ofMinutes(10),
                "database_services",
                false,
                List.of(
                    step(1, "Identify Failure Scope", true, true, Optional.empty()),
                    step(2, "Failover to Replica", true, true, Optional.empty()),
                    step(3, "Restore from Backup", true, false, Optional.of(2)),
                    step(4, "Resume Services", false, true, Optional.empty())))),
        List.of(
            new PublishedObjective(
                "database_services",
                "Database Services",
                Duration.ofMinutes(5),
                Duration.ofMinutes(10),
                List.of("supabase", "redis"),
                "p0",
                List.of())),
        at);
  }

  private static ProcedureStep step(
      int number, String name, boolean critical, boolean automated, Optional<Integer> remedyFor) {
    return new ProcedureStep(
        number,
        name,
        "What " + name + " is for",
        critical,
        automated,
        remedyFor,
        List.of("One thing is done", "Another thing is done"),
        "It is done");
  }

  /** A run that completed; {@code rto} is empty where service was never away. */
  static RunFinished completed(String run, Optional<Duration> rto, Instant at) {
    return new RunFinished(
        new RunId(run),
        "database_failure",
        MAIN,
        RunStatus.COMPLETED,
        "",
        new Metrics(Optional.empty(), rto, Optional.empty()),
        at.minusSeconds(60),
        at);
  }
}
