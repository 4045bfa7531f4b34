/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.events.FailoverEvent;
import dev.holdfast.model.SourceId;
import dev.holdfast.monitor.trigger.Condition;
import dev.holdfast.monitor.trigger.Evaluation;
import dev.holdfast.monitor.trigger.Observation;
import dev.holdfast.monitor.trigger.ObservationWindow;
import dev.holdfast.monitor.trigger.Sampling;
import dev.holdfast.monitor.trigger.Trigger;
import dev.holdfast.monitor.trigger.TriggerState;
import dev.holdfast.monitor.trigger.TriggerTable;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Every trigger's window and state; fires and clears them. */
final class TriggerBoard {

  private final SourceId source;
  private final TriggerTable table;
  private final Sampling sampling;
  private final Announcer announcer;
  private final Map<String, ObservationWindow> windows = new LinkedHashMap<>();
  private final Map<String, TriggerState> states = new LinkedHashMap<>();

  /**
   * @param probed metrics that a probe feeds; conditions on others stay unknown
   */
  TriggerBoard(
      SourceId source,
      TriggerTable table,
      Iterable<String> probed,
      Sampling sampling,
      Announcer announcer) {
    this.source = source;
    this.table = table;
    this.sampling = sampling;
    this.announcer = announcer;
    for (String metric : probed) {
      Duration longest =
          table.triggers().stream()
              .flatMap(t -> t.conditions().stream())
              .filter(c -> c.metric().equals(metric))
              .map(Condition::duration)
              .max(Duration::compareTo)
              .orElse(sampling.interval());
      windows.put(metric, ObservationWindow.fitting(longest, sampling));
    }
    table.triggers().forEach(t -> states.put(t.id(), TriggerState.initial()));
  }

  void observed(String metric, Observation observation) {
    ObservationWindow window = windows.get(metric);
    if (window == null) {
      throw new IllegalArgumentException("metric " + metric + " has no window");
    }
    window.add(observation);
  }

  /**
   * Judges every trigger now.
   *
   * @param incident names the outage of a trigger that fires; the same outage always gets the same
   */
  synchronized void judge(Instant now, UnaryOperator<String> incident) {
    for (Trigger trigger : table.triggers()) {
      TriggerState before = state(trigger);
      TriggerState.Transition transition =
          before.on(evaluate(trigger, now), now, () -> incident.apply(trigger.id()));
      states.put(trigger.id(), transition.state());
      switch (transition.decision()) {
        case TriggerState.Decision.Nothing ignored -> {}
        case TriggerState.Decision.Fire fire ->
            announcer.say(triggered(trigger, fire), fire.incident());
        case TriggerState.Decision.Clear clear ->
            announcer.say(
                new FailoverEvent.TriggerCleared(
                    trigger.id(), clear.incident(), source, clear.at()),
                clear.incident());
      }
    }
  }

  private FailoverEvent.FailoverTriggered triggered(
      Trigger trigger, TriggerState.Decision.Fire fire) {
    return new FailoverEvent.FailoverTriggered(
        trigger.id(),
        fire.incident(),
        source,
        trigger.severity().wire(),
        trigger.components(),
        trigger.scenario(),
        trigger.automated(),
        fire.held().since(),
        fire.at(),
        fire.evidence());
  }

  private Evaluation evaluate(Trigger trigger, Instant now) {
    return Evaluation.all(
        trigger.conditions().stream().map(condition -> evaluate(condition, now)).toList());
  }

  private Evaluation evaluate(Condition condition, Instant now) {
    ObservationWindow window = windows.get(condition.metric());
    return window == null
        ? new Evaluation.Unknown("no probe for this metric configured: unknown")
        : condition.over(window.all(), now, sampling);
  }

  private TriggerState state(Trigger trigger) {
    return states.getOrDefault(trigger.id(), TriggerState.initial());
  }

  /** A trigger with where it stands. */
  record Standing(Trigger trigger, TriggerState state) {}

  synchronized List<Standing> all() {
    return table.triggers().stream().map(t -> new Standing(t, state(t))).toList();
  }
}
