/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriggerStateTest {

  private static final Instant NOW = Instant.parse("2026-11-01T00:00:00Z");

  /** H held, h healthy, ? unknown, p pending; F fired, c cleared, - nothing said. */
  @ParameterizedTest(name = "{0} says {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ppH   | --F   | fires when the condition held
          HHH   | F--   | once per incident
          H?H   | F--   | not knowing does not end an incident
          HpH   | F--   | nor does a young failure
          Hh    | Fc    | cleared by a known good observation
          HhpH  | Fc-F  | armed again after that
          ???   | ---   | unknown never fires
          h?h   | ---   | and never clears what did not fire
          """)
  void film(String evaluations, String said, String why) {
    StringBuilder seen = new StringBuilder();
    List<String> incidents = new ArrayList<>();
    TriggerState state = TriggerState.initial();
    for (char c : evaluations.toCharArray()) {
      TriggerState.Transition transition =
          state.on(evaluation(c), NOW, () -> "incident-" + incidents.size());
      state = transition.state();
      switch (transition.decision()) {
        case TriggerState.Decision.Nothing ignored -> seen.append('-');
        case TriggerState.Decision.Fire fire -> {
          incidents.add(fire.incident());
          seen.append('F');
        }
        case TriggerState.Decision.Clear clear -> {
          assertThat(clear.incident()).isEqualTo(incidents.getLast());
          seen.append('c');
        }
      }
    }
    assertThat(seen.toString()).as(why).isEqualTo(said);
  }

  private static Evaluation evaluation(char c) {
    return switch (c) {
      case 'H' ->
          new Evaluation.Held(
              NOW, List.of(new Observation(NOW, new Reading.Text("failed"), "refused")));
      case 'h' -> new Evaluation.Healthy("ok");
      case '?' -> new Evaluation.Unknown("no answer");
      case 'p' -> new Evaluation.Pending(NOW, Duration.ofSeconds(10));
      default -> throw new IllegalArgumentException("" + c);
    };
  }
}
