/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.holdfast.postgres.restore.PlanSummary;
import java.time.Duration;
import java.util.Locale;

/** What {@code restore --dry-run} says; its JSON is the plan's members and these. */
record PlanView(boolean dryRun, String into, @JsonUnwrapped PlanSummary plan) {

  static void print(PlanSummary plan, String into, Console console, boolean json) {
    if (json) {
      console.out().println(Json.write(new PlanView(true, into, plan)));
      return;
    }
    console
        .out()
        .printf(
            Locale.ROOT,
            """
            would restore source %s to %s into %s
              base      %s of %s at %s
              segments  %,d with %,d row changes
              to read   %,d bytes
              through   %s, all before %s
              takes     between %s and %s, on a fast and on a slow server
            """,
            plan.source(),
            plan.target(),
            into,
            plan.base(),
            plan.baseAt(),
            plan.basePosition(),
            plan.segments(),
            plan.changes(),
            plan.storedBytes(),
            plan.through(),
            plan.throughTime(),
            Durations.text(Duration.ofSeconds(plan.estimate().leastSeconds())),
            Durations.text(Duration.ofSeconds(plan.estimate().mostSeconds())));
    plan.notExact().forEach(note -> console.out().println("  left out  " + note));
    plan.warning().ifPresent(warning -> console.out().println("  warning   " + warning));
    console.out().println("nothing was changed");
  }
}
