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
    Optional<Entry> before =
        Optional.ofNullable(entries.get(key)).filter(e -> e.last().status() == status);
    Instant since = before.map(e -> e.last().since()).orElse(at);
    ProbeObserved now = new ProbeObserved(component, probe, status, value, detail, since, at);
    Optional<Instant> saidAt = before.map(Entry::saidAt).filter(t -> at.isBefore(t.plus(REPEAT)));
    boolean say = saidAt.isEmpty();
    entries.put(key, new Entry(now, saidAt.orElse(at)));
    if (say) {
      announcer.say(now, key);
    }
  }

  synchronized List<ProbeObserved> all() {
    return entries.values().stream().map(Entry::last).toList();
  }
}
