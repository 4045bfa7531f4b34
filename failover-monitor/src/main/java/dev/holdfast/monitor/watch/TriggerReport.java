/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.events.HealthEvent.Comparison;
import dev.holdfast.events.HealthEvent.ConditionStatus;
import dev.holdfast.events.HealthEvent.ObservedCondition;
import dev.holdfast.events.HealthEvent.ObservedTrigger;
import dev.holdfast.events.HealthEvent.TriggerStatus;
import dev.holdfast.monitor.trigger.Condition;
import dev.holdfast.monitor.trigger.Evaluation;
import dev.holdfast.monitor.trigger.Observation;
import dev.holdfast.monitor.trigger.Operator;
import dev.holdfast.monitor.trigger.Reading;
import dev.holdfast.monitor.trigger.Trigger;
import dev.holdfast.monitor.trigger.TriggerState;
import java.time.Instant;
import java.util.Optional;

/** Where triggers stand, as others are told it. */
final class TriggerReport {

  private TriggerReport() {}

  /** What nobody measures is never armed: such a trigger cannot fire, whatever else is healthy. */
  static TriggerStatus status(TriggerBoard.Standing standing) {
    if (standing.state() instanceof TriggerState.Fired) {
      return TriggerStatus.FIRED;
    }
    if (!standing.seen().stream().allMatch(TriggerBoard.Seen::measured)) {
      return TriggerStatus.NOT_MEASURED;
    }
    return switch (standing.state().last()) {
      case Evaluation.Healthy ignored -> TriggerStatus.ARMED;
      case Evaluation.Unknown ignored -> TriggerStatus.UNKNOWN;
      case Evaluation.Pending ignored -> TriggerStatus.PENDING;
      case Evaluation.Held ignored -> TriggerStatus.FIRED;
    };
  }

  /** The outage that it has fired for. */
  static Optional<String> incident(TriggerState state) {
    return state instanceof TriggerState.Fired fired
        ? Optional.of(fired.incident())
        : Optional.empty();
  }

  /** What an evaluation rests on, for people. */
  static String detail(Evaluation evaluation) {
    return switch (evaluation) {
      case Evaluation.Healthy healthy -> healthy.seen();
      case Evaluation.Unknown unknown -> unknown.reason();
      case Evaluation.Pending pending ->
          "fires in " + pending.remaining().toSeconds() + " s if it holds";
      case Evaluation.Held held -> held.observations().getLast().line();
    };
  }

  /** When what it waits for was first seen, while it is. */
  static Optional<Instant> since(Evaluation evaluation) {
    return switch (evaluation) {
      case Evaluation.Pending pending -> Optional.of(pending.since());
      case Evaluation.Held held -> Optional.of(held.since());
      case Evaluation.Healthy ignored -> Optional.empty();
      case Evaluation.Unknown ignored -> Optional.empty();
    };
  }

  static ObservedTrigger of(TriggerBoard.Standing standing) {
    Trigger trigger = standing.trigger();
    return new ObservedTrigger(
        trigger.id(),
        trigger.name(),
        trigger.severity().wire(),
        trigger.components(),
        standing.seen().stream().map(TriggerReport::of).toList(),
        trigger.scenario(),
        trigger.automated(),
        trigger.reason(),
        status(standing),
        incident(standing.state()));
  }

  private static ObservedCondition of(TriggerBoard.Seen seen) {
    Condition condition = seen.condition();
    return new ObservedCondition(
        condition.metric(),
        comparison(condition.operator()),
        condition.value().toString(),
        condition.duration(),
        status(seen),
        seen.newest().map(Observation::reading).flatMap(TriggerReport::value),
        seen.newest().map(Observation::at),
        since(seen.evaluation()),
        detail(seen.evaluation()));
  }

  private static ConditionStatus status(TriggerBoard.Seen seen) {
    if (!seen.measured()) {
      return ConditionStatus.NOT_MEASURED;
    }
    return switch (seen.evaluation()) {
      case Evaluation.Healthy ignored -> ConditionStatus.NOT_MET;
      case Evaluation.Unknown ignored -> ConditionStatus.UNKNOWN;
      case Evaluation.Pending ignored -> ConditionStatus.MET;
      case Evaluation.Held ignored -> ConditionStatus.HELD;
    };
  }

  private static Optional<String> value(Reading reading) {
    return switch (reading) {
      case Reading.Text text -> Optional.of(text.toString());
      case Reading.Number number -> Optional.of(number.toString());
      case Reading.Unknown ignored -> Optional.empty();
    };
  }

  private static Comparison comparison(Operator operator) {
    return switch (operator) {
      case EQUALS -> Comparison.EQUALS;
      case GREATER_THAN -> Comparison.GREATER_THAN;
      case LESS_THAN -> Comparison.LESS_THAN;
    };
  }
}
