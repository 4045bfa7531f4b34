/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RequestLimitTest {

  private static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

  private final RequestLimit limit = new RequestLimit(60);

  @Test
  void aMinutesRequestsMayComeAtOnceThenOneASecond() {
    for (int i = 0; i < 60; i++) {
      assertThat(limit.take("ada", NOW)).isEmpty();
    }
    assertThat(limit.take("ada", NOW)).contains(Duration.ofSeconds(1));
    assertThat(limit.take("ada", NOW.plusMillis(500))).contains(Duration.ofMillis(500));
    assertThat(limit.take("ada", NOW.plusMillis(1500))).isEmpty();
    assertThat(limit.take("ada", NOW.plusMillis(1500))).isPresent();
  }

  @Test
  void othersHaveTheirOwn() {
    for (int i = 0; i < 100; i++) {
      var unused = limit.take("ada", NOW);
    }
    assertThat(limit.take("bob", NOW)).isEmpty();
  }

  @Test
  void nobodySavesUpMoreThanAMinutesAndAClockThatGoesBackGivesNothing() {
    assertThat(limit.take("ada", NOW)).isEmpty();
    Instant later = NOW.plus(Duration.ofHours(1));
    for (int i = 0; i < 60; i++) {
      assertThat(limit.take("ada", later)).isEmpty();
    }
    assertThat(limit.take("ada", later)).isPresent();
    assertThat(limit.take("ada", NOW)).isPresent();
  }

  @Test
  void noneAtAllIsNoLimit() {
    assertThatThrownBy(() -> new RequestLimit(0))
        .hasMessageContaining("holdfast.access.requests-per-minute is 0");
  }
}
