/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Position;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a restore would do, as documents show it.
 *
 * @param base id of the base snapshot, taken at {@code baseAt}, exact at {@code basePosition}
 * @param segments that are read after it, with {@code changes} row changes, of which some may lie
 *     beyond the target
 * @param storedBytes that are read from the vault
 * @param through where the plan ends; a time target may stop earlier
 * @param throughTime everything committed before it is in it
 * @param estimate how long it is likely to take
 * @param notExact what of the tables would not be as the target asks, and why
 * @param warning what is missing after that, for {@code latest}; null when nothing is known to be
 */
public record PlanSummary(
    String source,
    String target,
    String base,
    Instant baseAt,
    Position basePosition,
    int segments,
    long changes,
    long storedBytes,
    Position through,
    Instant throughTime,
    Estimate estimate,
    List<String> notExact,
    Optional<String> warning) {

  public PlanSummary {
    notExact = List.copyOf(notExact);
  }

  /** Between a fast and a slow server. */
  public record Estimate(long leastSeconds, long mostSeconds) {}

  public static PlanSummary of(RestorePlan.Reachable plan, RestorePreview preview) {
    return new PlanSummary(
        plan.source().value(),
        plan.target().toString(),
        plan.base().base(),
        plan.base().snapshotAt(),
        plan.base().position(),
        plan.parts().size(),
        plan.changes(),
        plan.storedBytes(),
        plan.end().position(),
        plan.end().time(),
        new Estimate(preview.estimate().least().toSeconds(), preview.estimate().most().toSeconds()),
        preview.notExact(),
        plan.warning());
  }
}
