/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.verdict;

import java.util.Arrays;
import java.util.stream.Collectors;

/**
 * Whether a database is reached, judged from two independent signals: the monitor's own connection
 * and the standby's. The rows are the whole rule.
 */
public enum Verdict {
  ANSWERS_STREAMING(
      Direct.ANSWERS, Indirect.STREAMING, Result.OK, "both signals say that the primary lives"),
  ANSWERS_NOT_STREAMING(
      Direct.ANSWERS,
      Indirect.NOT_STREAMING,
      Result.OK,
      "the primary answers queries; that its standby does not follow is a matter of replication"),
  ANSWERS_SILENT(
      Direct.ANSWERS,
      Indirect.SILENT,
      Result.OK,
      "the primary answers queries, which no second signal can deny"),
  REFUSES_STREAMING(
      Direct.REFUSES,
      Indirect.STREAMING,
      Result.UNKNOWN,
      "the standby still hears from the primary: it lives, and something lies between it and us"),
  REFUSES_NOT_STREAMING(
      Direct.REFUSES,
      Indirect.NOT_STREAMING,
      Result.FAILED,
      "two independent signals: neither we nor the standby reach the primary"),
  REFUSES_SILENT(
      Direct.REFUSES,
      Indirect.SILENT,
      Result.UNKNOWN,
      "one signal only, which is also what the loss of our own network looks like"),
  SILENT_STREAMING(
      Direct.SILENT,
      Indirect.STREAMING,
      Result.UNKNOWN,
      "our look said nothing; the standby hears it"),
  SILENT_NOT_STREAMING(
      Direct.SILENT,
      Indirect.NOT_STREAMING,
      Result.UNKNOWN,
      "one signal only: our look said nothing about the primary"),
  SILENT_SILENT(Direct.SILENT, Indirect.SILENT, Result.UNKNOWN, "nothing is known");

  /** The monitor's own connection to the primary. */
  public enum Direct {
    ANSWERS,
    REFUSES,
    SILENT
  }

  /** The standby's connection to the primary. */
  public enum Indirect {
    STREAMING,
    NOT_STREAMING,
    SILENT
  }

  /** What the metric {@code database_connection} reads. */
  public enum Result {
    OK,
    FAILED,
    UNKNOWN;

    /** As conditions compare it. */
    public String wire() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  private final Direct direct;
  private final Indirect indirect;
  private final Result result;
  private final String reason;

  Verdict(Direct direct, Indirect indirect, Result result, String reason) {
    this.direct = direct;
    this.indirect = indirect;
    this.result = result;
    this.reason = reason;
  }

  public Result result() {
    return result;
  }

  public String reason() {
    return reason;
  }

  /** Judges the two servers, given in any order, in the roles they have. */
  public static Verdict of(Roles roles, ServerView a, ServerView b) {
    boolean first = a.server().equals(roles.primary());
    return of(direct(roles, first ? a : b), indirect(roles, first ? b : a));
  }

  private static Direct direct(Roles roles, ServerView primary) {
    if (roles.isForeign(primary)) {
      return Direct.SILENT;
    }
    return switch (primary.seen()) {
      // A former primary that answers as a standby takes no writes: it is not the primary.
      case ServerView.Answered answered -> answered.inRecovery() ? Direct.SILENT : Direct.ANSWERS;
      case ServerView.Refused ignored -> Direct.REFUSES;
      case ServerView.Silent ignored -> Direct.SILENT;
    };
  }

  private static Indirect indirect(Roles roles, ServerView other) {
    if (roles.isForeign(other)) {
      return Indirect.SILENT;
    }
    return switch (other.seen()) {
      case ServerView.Answered answered ->
          switch (answered.receiver()) {
            case ServerView.Receiver.Streaming ignored -> Indirect.STREAMING;
            case ServerView.Receiver.NotStreaming ignored -> Indirect.NOT_STREAMING;
            case ServerView.Receiver.Hidden ignored -> Indirect.SILENT;
            case ServerView.Receiver.None ignored -> Indirect.SILENT;
          };
      case ServerView.Refused ignored -> Indirect.SILENT;
      case ServerView.Silent ignored -> Indirect.SILENT;
    };
  }

  static Verdict of(Direct direct, Indirect indirect) {
    return Arrays.stream(values())
        .filter(row -> row.direct == direct && row.indirect == indirect)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no row for " + direct + ", " + indirect));
  }

  /** The table as text: the golden file that makes a changed rule a diff. */
  public static String describe() {
    return Arrays.stream(values())
        .map(
            row ->
                "we: %-8s standby: %-14s -> %-8s %s\n"
                    .formatted(
                        row.direct.name().toLowerCase(java.util.Locale.ROOT),
                        row.indirect.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
                        row.result.wire(),
                        row.reason))
        .collect(Collectors.joining());
  }
}
