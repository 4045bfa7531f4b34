/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import dev.holdfast.model.SourceId;
import java.time.Instant;
import java.util.List;

/** Facts about failover triggers; keyed by trigger id. */
public sealed interface FailoverEvent extends Message {

  String trigger();

  @Override
  default String key() {
    return trigger();
  }

  /**
   * A trigger's condition held for its whole duration.
   *
   * @param incident the same for every report of one outage; consumers act once per incident
   * @param severity {@code critical}, {@code high} or {@code medium}
   * @param scenario recovery procedure to run
   * @param automated false: ask a person
   * @param failingSince when the condition was first seen
   * @param evidence the observations that the decision rests on, one line each
   */
  @MessageType(value = "dev.holdfast.failover.triggered.v1", topic = Topics.FAILOVER_EVENTS)
  record FailoverTriggered(
      String trigger,
      String incident,
      SourceId source,
      String severity,
      List<String> components,
      String scenario,
      boolean automated,
      Instant failingSince,
      Instant triggeredAt,
      List<String> evidence)
      implements FailoverEvent {}

  /** The condition no longer holds. */
  @MessageType(value = "dev.holdfast.failover.cleared.v1", topic = Topics.FAILOVER_EVENTS)
  record TriggerCleared(String trigger, String incident, SourceId source, Instant clearedAt)
      implements FailoverEvent {}
}
