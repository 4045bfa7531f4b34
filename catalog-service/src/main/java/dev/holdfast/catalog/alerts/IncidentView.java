/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.alerts;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An outage that a trigger has fired for.
 *
 * @param severity {@code critical}, {@code high} or {@code medium}; null until the firing was told
 * @param scenario the recovery procedure that it asks for
 * @param automated false: a person is asked
 * @param failingSince when the trigger's condition was first seen
 * @param evidence the observations that the decision rests on
 * @param clearedAt when the condition held no longer; null while it does
 */
public record IncidentView(
    String id,
    String trigger,
    String source,
    Optional<String> severity,
    Optional<String> scenario,
    Optional<Boolean> automated,
    List<String> components,
    List<String> evidence,
    Optional<Instant> failingSince,
    Optional<Instant> triggeredAt,
    Optional<Instant> clearedAt) {

  static IncidentView of(IncidentRow row) {
    return new IncidentView(
        row.id,
        row.trigger,
        row.source,
        Optional.ofNullable(row.severity),
        Optional.ofNullable(row.scenario),
        Optional.ofNullable(row.automated),
        lines(row.components),
        lines(row.evidence),
        Optional.ofNullable(row.failingSince),
        Optional.ofNullable(row.triggeredAt),
        Optional.ofNullable(row.clearedAt));
  }

  private static List<String> lines(@Nullable String text) {
    return text == null ? List.of() : text.lines().toList();
  }
}
