/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.postgres.PostgresException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PaceTest {

  private final AtomicLong nanos = new AtomicLong(500);

  private Pace pace(long rate, Duration most) {
    return new Pace(rate, most, nanos::get, nanos::addAndGet);
  }

  @Test
  void readersAreHeldToTheRateOnTheWhole() {
    Pace pace = pace(1_000_000, Duration.ofHours(1));
    for (int i = 0; i < 1000; i++) {
      nanos.addAndGet(1000);
      pace.read(10_000);
    }
    // Ten million bytes at a million a second; what is saved up is less than a wait.
    assertThat(Duration.ofNanos(nanos.get()))
        .isBetween(Duration.ofMillis(9980), Duration.ofSeconds(11));
  }

  @Test
  void whoIsSlowAnywayDoesNotWait() {
    Pace pace = pace(1_000_000, Duration.ofHours(1));
    nanos.addAndGet(2_000_000_000L);
    long before = nanos.get();
    pace.read(1_000_000);
    assertThat(nanos.get()).isEqualTo(before);
  }

  @Test
  void aSourceIsNotReadForEver() {
    Pace pace = pace(1_000_000, Duration.ofSeconds(10));
    pace.read(9_000_000);
    nanos.addAndGet(2_000_000_000L);
    assertThatThrownBy(() -> pace.read(1))
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("given up after 10 s")
        .hasMessageContaining("proof-rate");
  }
}
