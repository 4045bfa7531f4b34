/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TroubleTest {

  private static final Instant NOW = Instant.parse("2026-11-23T08:00:00Z");
  private static final Duration ALERT_AFTER = Duration.ofMinutes(2);

  private final Trouble first = Trouble.after(Optional.empty(), "a", "gone", NOW);

  @Test
  void beginsWithTheFirstFailureOfARow() {
    Trouble second = Trouble.after(Optional.of(first), "b", "full", NOW.plusSeconds(5));

    assertThat(first).isEqualTo(new Trouble(NOW, 1, "a", "gone", false));
    assertThat(second).isEqualTo(new Trouble(NOW, 2, "b", "full", false));
  }

  @Test
  void isNewsWhenItSaysSomethingElse() {
    assertThat(first.isNews(Optional.empty())).isTrue();
    assertThat(after(first, "a", "gone").isNews(Optional.of(first))).isFalse();
    assertThat(after(first, "b", "gone").isNews(Optional.of(first))).isTrue();
    assertThat(after(first, "a", "full").isNews(Optional.of(first))).isTrue();
  }

  @Test
  void callsForPeopleOnceItLastedLongEnough() {
    assertThat(first.callsForPeople(NOW.plus(ALERT_AFTER).minusMillis(1), ALERT_AFTER)).isFalse();
    assertThat(first.callsForPeople(NOW.plus(ALERT_AFTER), ALERT_AFTER)).isTrue();

    Trouble told = after(first.told(), "a", "gone");

    assertThat(told.alerted()).isTrue();
    assertThat(told.callsForPeople(NOW.plus(Duration.ofDays(1)), ALERT_AFTER)).isFalse();
  }

  @Test
  void waitsLongerEachTimeUpToHalfAMinuteWithJitter() {
    Random random = new Random(3);
    Trouble trouble = first;
    for (int failures = 1; failures < 100; failures++) {
      long most = failures >= 6 ? 30_000 : 500L << failures;
      assertThat(trouble.pause(random).toMillis())
          .as("after %d failures", failures)
          .isBetween(most / 2, most);
      trouble = after(trouble, "a", "gone");
    }
  }

  @Test
  void doesNotWaitTheSameTimeEverywhere() {
    Random random = new Random(3);

    assertThat(first.pause(random)).isNotEqualTo(first.pause(random));
  }

  private static Trouble after(Trouble before, String object, String reason) {
    return Trouble.after(Optional.of(before), object, reason, NOW.plusSeconds(1));
  }
}
