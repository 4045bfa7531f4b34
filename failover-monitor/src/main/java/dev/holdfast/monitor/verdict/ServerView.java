/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.verdict;

import dev.holdfast.model.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What one server showed when it was asked over a fresh connection.
 *
 * @param server {@code host:port}
 * @param at when the look ended
 */
public record ServerView(String server, Instant at, Seen seen) {

  /** The kinds of answer. */
  public sealed interface Seen {}

  /**
   * It answered a query.
   *
   * @param timeline that it writes, or replays
   * @param lsn written so far on a primary; received so far on a standby
   * @param receiver the standby's own connection to its primary
   */
  public record Answered(
      String systemId, boolean inRecovery, int timeline, Lsn lsn, Receiver receiver, Duration took)
      implements Seen {}

  /** It refused, or did not answer in time: clients fare no better. */
  public record Refused(String reason) implements Seen {}

  /** The look said nothing about the server: the monitor's own account, settings or network. */
  public record Silent(String reason) implements Seen {}

  /** A standby's connection to its primary, as the standby sees it. */
  public sealed interface Receiver {

    /** The server is no standby. */
    record None() implements Receiver {}

    /**
     * Streaming, and heard from lately.
     *
     * @param lastMessageAge since the primary last said anything
     */
    record Streaming(Duration lastMessageAge) implements Receiver {}

    /** No connection, or nothing heard for longer than a living primary stays quiet. */
    record NotStreaming(String reason) implements Receiver {}

    /** The standby answered but may not say. */
    record Hidden(String reason) implements Receiver {}
  }

  public Optional<Answered> answered() {
    return seen instanceof Answered answered ? Optional.of(answered) : Optional.empty();
  }

  /** What was seen, for people. */
  public String text() {
    return switch (seen) {
      case Answered a ->
          server
              + " answers as "
              + (a.inRecovery() ? "standby" : "primary")
              + " on timeline "
              + a.timeline()
              + " at "
              + a.lsn();
      case Refused r -> server + " does not answer: " + r.reason();
      case Silent s -> server + " cannot be judged: " + s.reason();
    };
  }
}
