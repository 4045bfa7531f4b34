/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/** A clock that stands still until a test moves it. */
public final class TickableClock extends Clock {

  private final AtomicReference<Instant> now;
  private final ZoneId zone;

  /** A clock at 2026-01-05T00:00:00Z, a Monday. */
  public TickableClock() {
    this(Instant.parse("2026-01-05T00:00:00Z"));
  }

  public TickableClock(Instant now) {
    this(new AtomicReference<>(now), ZoneOffset.UTC);
  }

  private TickableClock(AtomicReference<Instant> now, ZoneId zone) {
    this.now = now;
    this.zone = zone;
  }

  /** Moves it on (or back, by a negative duration) and returns the new time. */
  public Instant tick(Duration by) {
    now.updateAndGet(time -> time.plus(by));
    return instant();
  }

  public void set(Instant time) {
    now.set(time);
  }

  @Override
  public Instant instant() {
    return Objects.requireNonNull(now.get());
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The same clock, moved by the same ticks, in another zone. */
  @Override
  public Clock withZone(ZoneId other) {
    return new TickableClock(now, other);
  }
}
