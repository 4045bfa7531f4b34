/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SignInLimitTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private final SignInLimit limit = new SignInLimit(3);

  @Test
  void aFewFailuresCostNothingThenEachOneDoublesTheWait() {
    assertThat(limit.wait("ada", NOW)).isEmpty();
    fail(2);
    assertThat(limit.wait("ada", NOW)).isEmpty();
    fail(1);
    assertThat(limit.wait("ada", NOW)).contains(Duration.ofSeconds(1));
    fail(1);
    assertThat(limit.wait("ada", NOW)).contains(Duration.ofSeconds(2));
    fail(1);
    assertThat(limit.wait("ada", NOW)).contains(Duration.ofSeconds(4));
    assertThat(limit.wait("ada", NOW.plusSeconds(3))).contains(Duration.ofSeconds(1));
    assertThat(limit.wait("ada", NOW.plusSeconds(4))).isEmpty();
  }

  @Test
  void nobodyWaitsLongerThanAMinute() {
    fail(1000);
    assertThat(limit.wait("ada", NOW)).contains(SignInLimit.LONGEST);
  }

  @Test
  void othersDoNotWait() {
    fail(10);
    assertThat(limit.wait("bob", NOW)).isEmpty();
  }

  @Test
  void aSuccessAndAQuarterOfAnHourEndIt() {
    fail(10);
    limit.succeeded("ada");
    assertThat(limit.wait("ada", NOW)).isEmpty();
    fail(10);
    Instant later = NOW.plus(SignInLimit.FORGOTTEN_AFTER).plusSeconds(1);
    limit.failed("ada", later);
    assertThat(limit.wait("ada", later)).isEmpty();
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      limit.failed("ada", NOW);
    }
  }
}
