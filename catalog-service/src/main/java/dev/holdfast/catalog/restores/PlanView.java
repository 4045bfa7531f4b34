/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.RecoveryEvent.Plan;
import dev.holdfast.events.RecoveryEvent.Refusal;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import java.nio.charset.StandardCharsets;
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

  private static final MessageCodec CODEC = new MessageCodec();

  static PlanView of(PlanRow row) {
    Optional<RestorePlanned> answer = Optional.ofNullable(row.answer).map(PlanView::read);
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

  private static RestorePlanned read(String answer) {
    return (RestorePlanned)
        CODEC.decode(
            MessageCodec.type(RestorePlanned.class), answer.getBytes(StandardCharsets.UTF_8));
  }
}
