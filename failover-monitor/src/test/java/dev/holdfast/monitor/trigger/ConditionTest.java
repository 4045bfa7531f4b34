/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Each row is a film of observations, one a 30 s interval: F failed, o ok, ? unknown, . silence
 * (nothing observed); the condition is judged right after the last character.
 */
class ConditionTest {

  private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Sampling SAMPLING = Sampling.every(INTERVAL, Duration.ofSeconds(10));
  private static final Condition FAILED_FOR_TWO_MINUTES =
      new Condition(
          "database_connection",
          Operator.EQUALS,
          new Reading.Text("failed"),
          Duration.ofSeconds(120));

  @ParameterizedTest(name = "{0} -> {1}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          .           | Unknown |   | nothing observed is unknown
          o           | Healthy |   | one good look is healthy
          ?           | Unknown |   | one empty look is unknown
          F           | Pending | 0 | the first failure starts the clock
          FFFF        | Pending | 0 | ninety seconds are not two minutes
          FFFFF       | Held    | 0 | two minutes from first to last look
          oFFFFF      | Held    | 1 | time before the failure does not count
          FFFFFFFF    | Held    | 0 | the start of the failure is kept
          FFoFFFF     | Pending | 3 | one good look starts the clock anew
          FF?FFFF     | Pending | 3 | an empty look breaks the run: it was not seen to hold
          FF.FFF      | Held    | 0 | one missed look is within the tolerated gap
          FF..FFF     | Pending | 4 | two missed looks are silence
          FFFFF.      | Held    | 0 | a late look changes nothing yet
          FFFFF...    | Unknown |   | a monitor that stopped looking knows nothing
          FFFFFo      | Healthy |   | recovered
          FFFFF?      | Unknown |   | no decision rests on an empty look
          ?????????   | Unknown |   | our own network loss never fires
          """)
  void judges(String film, String expected, Integer since, String why) {
    Evaluation evaluation = FAILED_FOR_TWO_MINUTES.over(observations(film), endOf(film), SAMPLING);

    assertThat(evaluation.getClass().getSimpleName()).as(why).isEqualTo(expected);
    Instant began = since == null ? null : START.plus(INTERVAL.multipliedBy(since));
    switch (evaluation) {
      case Evaluation.Held held -> assertThat(held.since()).isEqualTo(began);
      case Evaluation.Pending pending -> assertThat(pending.since()).isEqualTo(began);
      case Evaluation.Healthy ignored -> assertThat(began).isNull();
      case Evaluation.Unknown ignored -> assertThat(began).isNull();
    }
  }

  @Test
  void aShortDurationStillNeedsThreeObservations() {
    Condition brief = FAILED_FOR_TWO_MINUTES.lasting(Duration.ofSeconds(1));
    assertThat(brief.over(observations("FF"), endOf("FF"), SAMPLING))
        .isInstanceOf(Evaluation.Pending.class);
    assertThat(brief.over(observations("FFF"), endOf("FFF"), SAMPLING))
        .isInstanceOf(Evaluation.Held.class);
  }

  @ParameterizedTest
  @CsvSource({
    "GREATER_THAN, 5000, 5000.1, true",
    "GREATER_THAN, 5000, 5000, false",
    "LESS_THAN, 0.95, 0.9499, true",
    "LESS_THAN, 0.95, 0.95, false",
    "EQUALS, 1, 1, true"
  })
  void comparesNumbers(Operator operator, double wanted, double seen, boolean holds) {
    Condition condition =
        new Condition("metric", operator, new Reading.Number(wanted), Duration.ofSeconds(1));
    assertThat(condition.meets(new Reading.Number(seen))).isEqualTo(holds);
  }

  @Test
  void textCannotBeGreater() {
    assertThatThrownBy(
            () ->
                new Condition(
                    "database_connection",
                    Operator.GREATER_THAN,
                    new Reading.Text("failed"),
                    Duration.ofSeconds(1)))
        .hasMessageContaining("database_connection")
        .hasMessageContaining("equals");
  }

  @Test
  void aWindowForgetsWhatNoConditionNeedsAndStartsAnewWhenTheClockIsSetBack() {
    ObservationWindow window =
        ObservationWindow.fitting(FAILED_FOR_TWO_MINUTES.duration(), SAMPLING);
    for (int i = 0; i < 1_000; i++) {
      window.add(observation(i, new Reading.Text("failed")));
    }
    assertThat(window.all()).hasSizeLessThan(30);
    assertThat(FAILED_FOR_TWO_MINUTES.over(window.all(), at(999), SAMPLING))
        .isInstanceOf(Evaluation.Held.class);

    window.add(observation(10, new Reading.Text("failed")));
    assertThat(window.all()).hasSize(1);
  }

  private static List<Observation> observations(String film) {
    List<Observation> observations = new ArrayList<>();
    for (int i = 0; i < film.length(); i++) {
      switch (film.charAt(i)) {
        case 'F' -> observations.add(observation(i, new Reading.Text("failed")));
        case 'o' -> observations.add(observation(i, new Reading.Text("ok")));
        case '?' -> observations.add(observation(i, new Reading.Unknown("no answer")));
        case '.' -> {}
        default -> throw new IllegalArgumentException("film " + film);
      }
    }
    return observations;
  }

  private static Observation observation(int interval, Reading reading) {
    return new Observation(at(interval), reading, "seen");
  }

  private static Instant at(int interval) {
    return START.plus(INTERVAL.multipliedBy(interval));
  }

  private static Instant endOf(String film) {
    return at(film.length() - 1).plusSeconds(1);
  }
}
