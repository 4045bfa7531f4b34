/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.worker.capture.CaptureSignal.Attempting;
import dev.holdfast.worker.capture.CaptureSignal.BaseNeeded;
import dev.holdfast.worker.capture.CaptureSignal.Covered;
import dev.holdfast.worker.capture.CaptureSignal.Lost;
import dev.holdfast.worker.capture.CaptureSignal.Overtaken;
import dev.holdfast.worker.capture.CaptureSignal.Wrong;
import dev.holdfast.worker.capture.CaptureState.Failed;
import dev.holdfast.worker.capture.CaptureState.Fenced;
import dev.holdfast.worker.capture.CaptureState.Interrupted;
import dev.holdfast.worker.capture.CaptureState.Snapshotting;
import dev.holdfast.worker.capture.CaptureState.Starting;
import dev.holdfast.worker.capture.CaptureState.Streaming;
import java.time.Instant;
import java.util.List;

/** Every change of a capture's state, with its reason: a table that a golden file pins. */
final class CaptureTransitions {

  /** One rule. */
  record Rule(
      Class<? extends CaptureState> from,
      Class<? extends CaptureSignal> signal,
      Class<? extends CaptureState> to,
      String reason) {}

  private static Rule rule(
      Class<? extends CaptureState> from,
      Class<? extends CaptureSignal> signal,
      Class<? extends CaptureState> to,
      String reason) {
    return new Rule(from, signal, to, reason);
  }

  static final List<Rule> RULES =
      List.of(
          rule(Starting.class, Attempting.class, Starting.class, "looking again"),
          rule(Starting.class, BaseNeeded.class, Snapshotting.class, "the stream runs first"),
          rule(Starting.class, Covered.class, Streaming.class, "the chain goes on where it ended"),
          rule(Starting.class, Lost.class, Interrupted.class, "what is away may come back"),
          rule(Starting.class, Wrong.class, Failed.class, "no retry makes it right"),
          rule(Starting.class, Overtaken.class, Fenced.class, "one writer per chain"),
          rule(Snapshotting.class, BaseNeeded.class, Snapshotting.class, "the base goes on"),
          rule(Snapshotting.class, Covered.class, Streaming.class, "the base is sealed"),
          rule(Snapshotting.class, Lost.class, Interrupted.class, "what is away may come back"),
          rule(Snapshotting.class, Wrong.class, Failed.class, "no retry makes it right"),
          rule(Snapshotting.class, Overtaken.class, Fenced.class, "one writer per chain"),
          rule(Snapshotting.class, Attempting.class, Starting.class, "the stream is rebuilt"),
          rule(Streaming.class, BaseNeeded.class, Snapshotting.class, "a hole was recorded"),
          rule(Streaming.class, Covered.class, Streaming.class, "going on"),
          rule(Streaming.class, Lost.class, Interrupted.class, "what is away may come back"),
          rule(Streaming.class, Wrong.class, Failed.class, "no retry makes it right"),
          rule(Streaming.class, Overtaken.class, Fenced.class, "one writer per chain"),
          rule(Streaming.class, Attempting.class, Starting.class, "the stream is rebuilt"),
          rule(
              Interrupted.class,
              Attempting.class,
              Interrupted.class,
              "still away until the stream runs again"),
          rule(Interrupted.class, BaseNeeded.class, Snapshotting.class, "it came back"),
          rule(Interrupted.class, Covered.class, Streaming.class, "it came back"),
          rule(Interrupted.class, Lost.class, Interrupted.class, "still away"),
          rule(Interrupted.class, Wrong.class, Failed.class, "no retry makes it right"),
          rule(Interrupted.class, Overtaken.class, Fenced.class, "one writer per chain"),
          rule(Failed.class, Attempting.class, Failed.class, "still wrong until the stream runs"),
          rule(Failed.class, BaseNeeded.class, Snapshotting.class, "somebody put it right"),
          rule(Failed.class, Covered.class, Streaming.class, "somebody put it right"),
          rule(Failed.class, Lost.class, Interrupted.class, "away now; what was wrong shows later"),
          rule(Failed.class, Wrong.class, Failed.class, "still wrong"),
          rule(Failed.class, Overtaken.class, Fenced.class, "one writer per chain"),
          rule(Fenced.class, Attempting.class, Fenced.class, "final: restart the right worker"),
          rule(Fenced.class, BaseNeeded.class, Fenced.class, "final: restart the right worker"),
          rule(Fenced.class, Covered.class, Fenced.class, "final: restart the right worker"),
          rule(Fenced.class, Lost.class, Fenced.class, "final: restart the right worker"),
          rule(Fenced.class, Wrong.class, Fenced.class, "final: restart the right worker"),
          rule(Fenced.class, Overtaken.class, Fenced.class, "final: restart the right worker"));

  private CaptureTransitions() {}

  /** The state after {@code signal}. */
  static CaptureState next(CaptureState state, CaptureSignal signal, Instant now) {
    Rule rule =
        RULES.stream()
            .filter(r -> r.from() == state.getClass() && r.signal() == signal.getClass())
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalStateException(
                        "no rule for "
                            + signal.getClass().getSimpleName()
                            + " in "
                            + state.getClass().getSimpleName()));
    if (rule.to() == Starting.class) {
      return new Starting("looking at the source and its chain");
    }
    if (rule.to() == state.getClass() && signal instanceof Attempting) {
      return state;
    }
    if (rule.to() == Fenced.class && state instanceof Fenced) {
      return state;
    }
    return switch (signal) {
      case Attempting _ -> state;
      case BaseNeeded s -> new Snapshotting(s.detail());
      case Covered s -> new Streaming(s.detail());
      case Lost s -> new Interrupted(s.detail(), state instanceof Interrupted i ? i.since() : now);
      case Wrong s -> new Failed(s.detail());
      case Overtaken s -> new Fenced(s.detail());
    };
  }
}
