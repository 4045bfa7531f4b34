/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.events.HealthEvent.ConditionStatus;
import dev.holdfast.events.HealthEvent.ObservedCondition;
import dev.holdfast.events.HealthEvent.ObservedTrigger;
import dev.holdfast.events.HealthEvent.TriggerStatus;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import dev.holdfast.model.SourceId;
import dev.holdfast.monitor.trigger.Sampling;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells where the triggers stand: at once when a status changes, and else again every few seconds
 * as long as rounds end, so that silence says that nobody watches.
 */
final class TriggerTeller {

  private static final Duration REPEAT = Duration.ofSeconds(10);

  private final SourceId source;
  private final Duration patience;
  private final Announcer announcer;
  private Optional<Told> last = Optional.empty();

  TriggerTeller(SourceId source, Sampling sampling, Announcer announcer) {
    this.source = source;
    this.announcer = announcer;
    Duration repeats = REPEAT.multipliedBy(3);
    this.patience = sampling.longestGap().compareTo(repeats) > 0 ? sampling.longestGap() : repeats;
  }

  /** What makes telling urgent; a value that changes is not. */
  private record Mark(
      String trigger,
      TriggerStatus status,
      Optional<String> incident,
      List<ConditionStatus> conditions) {}

  private record Told(Instant at, List<Mark> marks) {}

  /** Called after each round, by one thread at a time. */
  void look(List<TriggerBoard.Standing> standings, Instant now) {
    List<ObservedTrigger> triggers = standings.stream().map(TriggerReport::of).toList();
    List<Mark> marks = triggers.stream().map(TriggerTeller::mark).toList();
    if (last.filter(told -> told.marks().equals(marks) && isFresh(told.at(), now)).isPresent()) {
      return;
    }
    last = Optional.of(new Told(now, marks));
    TriggersObserved event = new TriggersObserved(source, triggers, now, now.plus(patience));
    announcer.say(event, event.key());
  }

  /** A clock that was set back makes nothing fresh. */
  private static boolean isFresh(Instant told, Instant now) {
    return !now.isBefore(told) && now.isBefore(told.plus(REPEAT));
  }

  private static Mark mark(ObservedTrigger it) {
    return new Mark(
        it.id(),
        it.status(),
        it.incident(),
        it.conditions().stream().map(ObservedCondition::status).toList());
  }
}
