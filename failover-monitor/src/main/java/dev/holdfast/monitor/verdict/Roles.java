/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor.verdict;

import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who is the primary among the two servers. The highest timeline seen so far decides: a server that
 * comes back as primary of an older timeline was failed over from, and is watched no more.
 *
 * @param primary {@code host:port}
 * @param other {@code host:port} of the second server
 * @param timeline highest timeline on which a primary was seen; 0 until then
 * @param systemId of the cluster; empty until it was seen
 */
public record Roles(String primary, String other, int timeline, Optional<String> systemId) {

  /** As configured, until something is seen. */
  public static Roles configured(String primary, String standby) {
    return new Roles(primary, standby, 0, Optional.empty());
  }

  /** The roles after both servers were looked at. */
  public Roles after(ServerView first, ServerView second) {
    return Stream.of(first, second)
        .filter(this::claimsRole)
        .max(Comparator.comparingInt(Roles::timelineOf))
        .map(view -> ledBy(view, view == first ? second : first))
        .orElseGet(() -> knowing(first, second));
  }

  private boolean claimsRole(ServerView view) {
    return view.answered()
        .filter(a -> !a.inRecovery() && a.timeline() > timeline)
        .filter(a -> systemId.isEmpty() || systemId.get().equals(a.systemId()))
        .isPresent();
  }

  private static int timelineOf(ServerView view) {
    return view.answered().map(ServerView.Answered::timeline).orElse(0);
  }

  private Roles ledBy(ServerView view, ServerView follower) {
    return new Roles(
        view.server(),
        follower.server(),
        timelineOf(view),
        view.answered().map(ServerView.Answered::systemId));
  }

  /** A standby shows the cluster's identity even while its primary is gone. */
  private Roles knowing(ServerView first, ServerView second) {
    if (systemId.isPresent()) {
      return this;
    }
    return new Roles(
        primary,
        other,
        timeline,
        Stream.of(first, second)
            .flatMap(view -> view.answered().stream())
            .filter(ServerView.Answered::inRecovery)
            .map(ServerView.Answered::systemId)
            .findFirst());
  }

  /**
   * Whether {@code view} is of a server of another cluster, or one left behind on an older timeline
   * that still takes writes: neither can say anything about the primary.
   */
  boolean isForeign(ServerView view) {
    return view.answered()
        .filter(
            a ->
                (systemId.isPresent() && !systemId.get().equals(a.systemId()))
                    || (!a.inRecovery() && !view.server().equals(primary)))
        .isPresent();
  }
}
