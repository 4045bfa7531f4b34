/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.model.StrategyId;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * How old a source's data key may get: the least of what the worker's settings and the strategies
 * say that the source belongs to. So a worker that hears nobody rotates too, and no strategy makes
 * a key older than the settings allow. Thread-safe.
 */
public final class KeyAges {

  private final Duration ofSettings;
  private final Map<StrategyId, Duration> asked = new ConcurrentHashMap<>();

  KeyAges(Duration ofSettings) {
    this.ofSettings = ofSettings;
  }

  /** What a strategy says now; replaces what it said before. */
  public void ask(StrategyId strategy, Duration most) {
    asked.put(strategy, most);
  }

  public Duration most() {
    return Stream.concat(Stream.of(ofSettings), asked.values().stream())
        .min(Duration::compareTo)
        .orElse(ofSettings);
  }
}
