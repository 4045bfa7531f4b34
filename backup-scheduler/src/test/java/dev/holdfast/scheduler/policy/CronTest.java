/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTest {

  /** Moments at which calendars are odd. */
  private static final List<Map.Entry<String, String>> MOMENTS =
      List.of(
          Map.entry("a leap day", "2028-02-28T22:58:30Z"),
          Map.entry("no leap day", "2027-02-28T23:52:30Z"),
          Map.entry("summer time begins in Europe", "2027-03-28T00:57:00Z"),
          Map.entry("summer time ends in Europe", "2027-10-31T00:57:00Z"),
          Map.entry("a new year", "2027-12-31T23:55:00Z"));

  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"})
  void theShippedSchedulesFireAtTheGoldenTimesWhateverTheMachinesZone(String zone)
      throws Exception {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    try (var golden = getClass().getResourceAsStream("/golden/firings.txt")) {
      assertThat(golden).isNotNull();
      assertThat(firings()).isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8));
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  void aLeapDayComesEveryFourYearsButNotIn2100() {
    assertThat(next(new Cron("0 0 29 2 *"), Instant.parse("2093-01-01T00:00:00Z"), 3))
        .containsExactly("2096-02-29T00:00:00Z", "2104-02-29T00:00:00Z", "2108-02-29T00:00:00Z");
  }

  @Test
  void aFiringCountsFromItsVeryMoment() {
    Cron cron = new Cron("*/5 * * * *");
    Instant due = Instant.parse("2028-02-29T00:05:00Z");
    assertThat(cron.lastAt(due)).contains(due);
    assertThat(cron.lastAt(due.plusNanos(1))).contains(due);
    assertThat(cron.lastAt(due.plusSeconds(59))).contains(due);
    assertThat(cron.lastAt(due.minusNanos(1))).contains(due.minusSeconds(300));
    assertThat(cron.nextAfter(due)).contains(due.plusSeconds(300));
    assertThat(cron.nextAfter(due.minusNanos(1))).contains(due);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "5", "* * * *", "* * * * * *", "60 * * * *", "0 24 * * *", "x * * * *"})
  void aBadLineIsNamedWithItsFix(String line) {
    assertThatThrownBy(() -> new Cron(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("schedule '" + line + "' is no cron line")
        .hasMessageContaining("give minute, hour, day, month and weekday");
  }

  private static String firings() {
    StringBuilder text = new StringBuilder();
    for (Map.Entry<String, String> moment : MOMENTS) {
      Instant from = Instant.parse(moment.getValue());
      text.append(moment.getKey()).append(", from ").append(from).append('\n');
      for (Strategy strategy : Policy.shipped().strategies()) {
        line(text, strategy.id().value(), strategy.schedule(), from);
        strategy.baseSchedule().ifPresent(cron -> line(text, strategy.id() + " base", cron, from));
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, Cron cron, Instant from) {
    text.append(String.format(Locale.ROOT, "  %-14s %-12s ", name, cron.line()))
        .append(String.join(" ", next(cron, from, 4)))
        .append('\n');
  }

  private static List<String> next(Cron cron, Instant from, int count) {
    List<String> found = new ArrayList<>();
    Instant at = from;
    while (found.size() < count) {
      at = cron.nextAfter(at).orElseThrow();
      found.add(at.toString());
    }
    return found;
  }
}
