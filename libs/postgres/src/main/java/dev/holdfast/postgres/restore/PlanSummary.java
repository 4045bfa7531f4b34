/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.model.Position;
import java.time.Instant;
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
    Optional<String> warning) {

  public static PlanSummary of(RestorePlan.Reachable plan) {
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
        plan.warning());
  }
}
