/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.PublishedSchedule;
import dev.holdfast.events.BackupEvent.PublishedStrategy;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The policy that is followed, and the one that was to be followed instead. A mistake in a file
 * does not end backups: what was accepted last goes on.
 *
 * @param acceptedAt since when it is followed
 */
public record PolicyInForce(
    Policy policy, PolicyText text, Instant acceptedAt, Optional<RefusedPolicy> refused) {

  /**
   * A policy that was followed before.
   *
   * @param at since when
   */
  public record Accepted(PolicyText text, Instant at) {}

  /**
   * Decides which policy to follow from now on.
   *
   * @param before what was accepted last
   * @throws IllegalArgumentException when neither can be followed; it says what is wrong with the
   *     offered one
   */
  public static PolicyInForce of(PolicyText offered, Optional<Accepted> before, Instant now) {
    try {
      Policy policy = offered.parse();
      Instant since = before.filter(it -> it.text().equals(offered)).map(Accepted::at).orElse(now);
      return new PolicyInForce(policy, offered, since, Optional.empty());
    } catch (IllegalArgumentException refusal) {
      return refusing(offered.origin(), refusal, before, now);
    }
  }

  /**
   * Decides so where what was offered could not even be read.
   *
   * @param refusal says why, and is thrown where nothing else can be followed
   */
  public static PolicyInForce refusing(
      String origin, IllegalArgumentException refusal, Optional<Accepted> before, Instant now) {
    Accepted last = before.orElseThrow(() -> refusal);
    try {
      return new PolicyInForce(
          last.text().parse(),
          last.text(),
          last.at(),
          Optional.of(new RefusedPolicy(origin, String.valueOf(refusal.getMessage()), now)));
    } catch (IllegalArgumentException e) {
      // An older version took it.
      refusal.addSuppressed(e);
      throw refusal;
    }
  }

  /** What others are told. */
  public PolicyPublished published(Instant now, Duration every) {
    return new PolicyPublished(
        text.origin(),
        acceptedAt,
        policy.strategies().stream().map(it -> it.published(now)).toList(),
        refused,
        now,
        now.plus(every.multipliedBy(2)));
  }

  /** When it has to be told again: what a schedule asks for next is true until then. */
  public static Instant again(PolicyPublished told, Duration every) {
    return told.strategies().stream()
        .map(PublishedStrategy::schedules)
        .flatMap(List::stream)
        .map(PublishedSchedule::next)
        .flatMap(Optional::stream)
        .filter(told.at().plus(every)::isAfter)
        .min(Instant::compareTo)
        .orElse(told.at().plus(every));
  }
}
