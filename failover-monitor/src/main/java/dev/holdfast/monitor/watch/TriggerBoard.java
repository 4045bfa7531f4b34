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
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Every trigger's window and state; fires and clears them. */
final class TriggerBoard {

  private final SourceId source;
  private final TriggerTable table;
  private final Sampling sampling;
  private final Announcer announcer;
  private final Map<String, ObservationWindow> windows = new LinkedHashMap<>();
  private final Map<String, TriggerState> states = new LinkedHashMap<>();
  private final Map<String, List<Seen>> seen = new LinkedHashMap<>();

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
    for (Trigger trigger : table.triggers()) {
      states.put(trigger.id(), TriggerState.initial());
      // While nothing was observed, it does not matter when.
      seen.put(trigger.id(), see(trigger, Instant.EPOCH));
    }
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
      List<Seen> parts = see(trigger, now);
      seen.put(trigger.id(), parts);
      TriggerState.Transition transition =
          before.on(
              Evaluation.all(parts.stream().map(Seen::evaluation).toList()),
              now,
              () -> incident.apply(trigger.id()));
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

  private List<Seen> see(Trigger trigger, Instant now) {
    return trigger.conditions().stream().map(condition -> see(condition, now)).toList();
  }

  private Seen see(Condition condition, Instant now) {
    ObservationWindow window = windows.get(condition.metric());
    if (window == null) {
      return new Seen(
          condition,
          false,
          Optional.empty(),
          new Evaluation.Unknown("no probe for this metric configured: unknown"));
    }
    List<Observation> all = window.all();
    return new Seen(
        condition,
        true,
        all.isEmpty() ? Optional.empty() : Optional.of(all.getLast()),
        condition.over(all, now, sampling));
  }

  private TriggerState state(Trigger trigger) {
    return states.getOrDefault(trigger.id(), TriggerState.initial());
  }

  /**
   * A condition and what was seen of it.
   *
   * @param measured whether a probe feeds its metric
   */
  record Seen(
      Condition condition, boolean measured, Optional<Observation> newest, Evaluation evaluation) {}

  /** A trigger with where it stands, and each of its conditions. */
  record Standing(Trigger trigger, TriggerState state, List<Seen> seen) {}

  synchronized List<Standing> all() {
    return table.triggers().stream()
        .map(t -> new Standing(t, state(t), seen.getOrDefault(t.id(), List.of())))
        .toList();
  }
}
