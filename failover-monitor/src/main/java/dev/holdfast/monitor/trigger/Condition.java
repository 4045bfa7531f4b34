/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A comparison that has to hold for a whole duration.
 *
 * @param metric what is looked at, such as {@code database_connection}
 * @param value what it is compared with, a text or a number
 */
public record Condition(String metric, Operator operator, Reading value, Duration duration) {

  public Condition {
    if (metric.isBlank()) {
      throw new IllegalArgumentException("condition: metric must not be empty");
    }
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(
          "condition on " + metric + ": duration " + duration + " must be positive");
    }
    switch (value) {
      case Reading.Text text -> {
        if (!operator.comparesText()) {
          throw new IllegalArgumentException(
              "condition on " + metric + ": '" + text + "' can only be compared with 'equals'");
        }
      }
      case Reading.Number ignored -> {}
      case Reading.Unknown ignored ->
          throw new IllegalArgumentException(
              "condition on " + metric + ": unknown cannot be compared with");
    }
  }

  public Condition lasting(Duration other) {
    return new Condition(metric, operator, value, other);
  }

  /** Whether this one observation meets it; an unknown reading never does. */
  boolean meets(Reading reading) {
    return switch (reading) {
      case Reading.Unknown ignored -> false;
      case Reading.Text seen -> value instanceof Reading.Text wanted && wanted.equals(seen);
      case Reading.Number seen ->
          value instanceof Reading.Number wanted && operator.holds(seen.value(), wanted.value());
    };
  }

  /**
   * Judges the observations, oldest first. Only the unbroken run of meeting observations that ends
   * now counts: an unknown one, another value or too long a silence breaks it. Time before the
   * first and after the last observation of the run is not counted, because nothing was seen then.
   */
  public Evaluation over(List<Observation> observations, Instant now, Sampling sampling) {
    if (observations.isEmpty()) {
      return new Evaluation.Unknown("nothing observed yet");
    }
    Observation newest = observations.getLast();
    Duration silence = Duration.between(newest.at(), now);
    if (silence.compareTo(sampling.longestGap()) > 0) {
      return new Evaluation.Unknown(
          "silent for " + silence.toSeconds() + " s, last seen " + newest.line());
    }
    if (newest.reading() instanceof Reading.Unknown unknown) {
      return new Evaluation.Unknown(unknown.reason());
    }
    if (!meets(newest.reading())) {
      return new Evaluation.Healthy(newest.reading() + ": " + newest.detail());
    }
    int first = observations.size() - 1;
    while (first > 0
        && meets(observations.get(first - 1).reading())
        && Duration.between(observations.get(first - 1).at(), observations.get(first).at())
                .compareTo(sampling.longestGap())
            <= 0) {
      first--;
    }
    List<Observation> run = List.copyOf(observations.subList(first, observations.size()));
    Instant since = run.getFirst().at();
    Duration held = Duration.between(since, newest.at());
    return held.compareTo(duration) >= 0 && run.size() >= sampling.fewest()
        ? new Evaluation.Held(since, run)
        : new Evaluation.Pending(since, duration.minus(held));
  }

  @Override
  public String toString() {
    return metric + " " + operator.sign() + " " + value + " for " + duration.toSeconds() + " s";
  }
}
