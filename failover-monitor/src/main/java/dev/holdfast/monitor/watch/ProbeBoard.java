/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.watch;

import dev.holdfast.events.HealthEvent;
import dev.holdfast.events.HealthEvent.ProbeObserved;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The last observation of every probe, announced when its status changes and once a minute. */
final class ProbeBoard {

  private static final Duration REPEAT = Duration.ofMinutes(1);

  private final Announcer announcer;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  ProbeBoard(Announcer announcer) {
    this.announcer = announcer;
  }

  private record Entry(ProbeObserved last, Instant saidAt) {}

  synchronized void observed(
      String component,
      String probe,
      HealthEvent.Status status,
      Optional<Double> value,
      String detail,
      Instant at) {
    String key = component + "/" + probe;
    Entry before = entries.get(key);
    boolean changed = before == null || before.last().status() != status;
    ProbeObserved now =
        new ProbeObserved(
            component, probe, status, value, detail, changed ? at : before.last().since(), at);
    boolean say = changed || !at.isBefore(before.saidAt().plus(REPEAT));
    entries.put(key, new Entry(now, say ? at : before.saidAt()));
    if (say) {
      announcer.say(now, key);
    }
  }

  synchronized List<ProbeObserved> all() {
    return entries.values().stream().map(Entry::last).toList();
  }
}
