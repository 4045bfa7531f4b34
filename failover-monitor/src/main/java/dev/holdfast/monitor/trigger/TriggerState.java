/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/** Where one trigger stands; the transitions live on the states that permit them. */
public sealed interface TriggerState {

  /** Takes in an evaluation; {@code incident} is asked for only when the trigger fires. */
  Transition on(Evaluation evaluation, Instant now, Supplier<String> incident);

  /** Ready to fire. */
  record Armed(Evaluation last) implements TriggerState {
    @Override
    public Transition on(Evaluation evaluation, Instant now, Supplier<String> incident) {
      return switch (evaluation) {
        case Evaluation.Held held -> {
          Fired fired = new Fired(incident.get(), held.since(), now, evaluation);
          yield new Transition(fired, new Decision.Fire(fired.incident(), held, now));
        }
        case Evaluation.Healthy ignored -> new Transition(new Armed(evaluation), Decision.NONE);
        case Evaluation.Unknown ignored -> new Transition(new Armed(evaluation), Decision.NONE);
        case Evaluation.Pending ignored -> new Transition(new Armed(evaluation), Decision.NONE);
      };
    }
  }

  /**
   * Has fired and says nothing more about this incident until the condition is seen not to hold;
   * not knowing does not end an incident.
   */
  record Fired(String incident, Instant failingSince, Instant firedAt, Evaluation last)
      implements TriggerState {
    @Override
    public Transition on(Evaluation evaluation, Instant now, Supplier<String> next) {
      Fired still = new Fired(incident, failingSince, firedAt, evaluation);
      return switch (evaluation) {
        case Evaluation.Healthy ignored ->
            new Transition(new Armed(evaluation), new Decision.Clear(incident, now));
        case Evaluation.Held ignored -> new Transition(still, Decision.NONE);
        case Evaluation.Unknown ignored -> new Transition(still, Decision.NONE);
        case Evaluation.Pending ignored -> new Transition(still, Decision.NONE);
      };
    }
  }

  Evaluation last();

  static TriggerState initial() {
    return new Armed(new Evaluation.Unknown("nothing observed yet"));
  }

  /** The next state and what has to be said. */
  record Transition(TriggerState state, Decision decision) {}

  /** What a transition makes the monitor say. */
  sealed interface Decision {
    Decision NONE = new Nothing();

    record Nothing() implements Decision {}

    record Fire(String incident, Evaluation.Held held, Instant at) implements Decision {
      /** First and last observations of the run, at most ten lines. */
      public List<String> evidence() {
        List<Observation> all = held.observations();
        if (all.size() <= 10) {
          return all.stream().map(Observation::line).toList();
        }
        return java.util.stream.Stream.of(
                all.subList(0, 5).stream().map(Observation::line),
                java.util.stream.Stream.of("... " + (all.size() - 10) + " more like these ..."),
                all.subList(all.size() - 5, all.size()).stream().map(Observation::line))
            .flatMap(s -> s)
            .toList();
      }
    }

    record Clear(String incident, Instant at) implements Decision {}
  }
}
