/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.trigger;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a window of observations says about a condition. */
public sealed interface Evaluation {

  /** The newest observation is known and does not meet the condition. */
  record Healthy(String seen) implements Evaluation {}

  /** Nothing is known right now: neither a reason to fire nor a sign of health. */
  record Unknown(String reason) implements Evaluation {}

  /** The condition is met, not yet for its whole duration. */
  record Pending(Instant since, Duration remaining) implements Evaluation {}

  /** The condition was met by every observation of its whole duration. */
  record Held(Instant since, List<Observation> observations) implements Evaluation {}

  /**
   * All of several conditions together: one healthy makes it healthy, else one unknown makes it
   * unknown, else one pending makes it pending.
   */
  static Evaluation all(List<Evaluation> parts) {
    Evaluation worst = parts.getFirst();
    for (Evaluation part : parts.subList(1, parts.size())) {
      worst = both(worst, part);
    }
    return worst;
  }

  private static Evaluation both(Evaluation a, Evaluation b) {
    if (a.rank() != b.rank()) {
      return a.rank() < b.rank() ? a : b;
    }
    // Together they are true only since the later of the two began.
    return switch (a) {
      case Held x when b instanceof Held y ->
          new Held(
              later(x.since(), y.since()),
              java.util.stream.Stream.concat(x.observations().stream(), y.observations().stream())
                  .toList());
      case Pending x when b instanceof Pending y ->
          new Pending(
              later(x.since(), y.since()),
              x.remaining().compareTo(y.remaining()) > 0 ? x.remaining() : y.remaining());
      case Healthy ignored -> a;
      case Unknown ignored -> a;
      case Held ignored -> a;
      case Pending ignored -> a;
    };
  }

  private int rank() {
    return switch (this) {
      case Healthy ignored -> 0;
      case Unknown ignored -> 1;
      case Pending ignored -> 2;
      case Held ignored -> 3;
    };
  }

  private static Instant later(Instant a, Instant b) {
    return a.isAfter(b) ? a : b;
  }
}
