/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.events.RecoveryEvent.Plan;
import dev.holdfast.events.RecoveryEvent.Refusal;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import java.time.Instant;
import java.util.Optional;

/**
 * A dry run.
 *
 * @param status {@code requested}, {@code planned} or {@code refused}
 * @param plan what a restore would do; only when it is planned
 * @param refusal why it would not be done; only when it is refused
 */
public record PlanView(
    String id,
    String source,
    String requestedBy,
    Instant requestedAt,
    String status,
    Optional<Instant> plannedAt,
    Optional<Plan> plan,
    Optional<Refusal> refusal) {

  static PlanView of(QuestionRow row) {
    Optional<RestorePlanned> answer = row.answer(RestorePlanned.class);
    return new PlanView(
        row.id,
        row.source,
        row.requestedBy,
        row.requestedAt,
        answer.map(it -> it.plan().isPresent() ? "planned" : "refused").orElse("requested"),
        answer.map(RestorePlanned::plannedAt),
        answer.flatMap(RestorePlanned::plan),
        answer.flatMap(RestorePlanned::refusal));
  }
}
