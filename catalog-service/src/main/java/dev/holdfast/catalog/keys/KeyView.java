/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.keys;

import dev.holdfast.events.BackupEvent.DataKeyInUse;
import dev.holdfast.events.BackupEvent.KeyRecipient;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.PublishedStrategy;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of a source's data keys; never a key.
 *
 * @param dataKey id of the one that is encrypted with now
 * @param since when it began
 * @param mostSeconds at this age it is replaced: the least that the worker's settings and the
 *     strategies say
 * @param replacedAt when it gets that old
 * @param strategies what those that back up the source say of it
 * @param recipients all of whom can open what it encrypts
 * @param signer id of the key that signs what the worker writes
 * @param periods the newest data keys, newest first
 * @param at when the worker said so
 * @param goodUntil after that without a newer word nobody confirms it
 */
public record KeyView(
    String source,
    String dataKey,
    Instant since,
    long mostSeconds,
    Instant replacedAt,
    List<StrategyAge> strategies,
    List<KeyRecipient> recipients,
    String signer,
    List<Period> periods,
    Instant at,
    Instant goodUntil) {

  /** At which age a strategy wants data keys to be replaced. */
  public record StrategyAge(String strategy, long keyRotationSeconds) {}

  /**
   * A time in which one data key was used.
   *
   * @param until when the next one began; empty: it is in use, as far as was told
   * @param previous id of the one before it; empty for the first one of a process
   * @param reason why it began: {@code start} of the worker, {@code age}, or who asked
   */
  public record Period(
      String dataKey,
      Instant since,
      Optional<Instant> until,
      Optional<String> previous,
      String reason) {}

  static KeyView of(DataKeyInUse told, List<DataKeyRow> keys, Optional<PolicyPublished> policy) {
    return new KeyView(
        told.source().value(),
        told.dataKey(),
        told.since(),
        told.most().toSeconds(),
        told.since().plus(told.most()),
        policy.map(PolicyPublished::strategies).orElse(List.of()).stream()
            .filter(it -> backsUp(it, told))
            .map(it -> new StrategyAge(it.id().value(), it.keyRotation().toSeconds()))
            .toList(),
        told.recipients(),
        told.signer(),
        periods(keys),
        told.at(),
        told.goodUntil());
  }

  private static boolean backsUp(PublishedStrategy strategy, DataKeyInUse told) {
    return strategy.sources().stream()
        .anyMatch(it -> it.database().equals(Optional.of(told.source())));
  }

  /**
   * @param keys newest first
   */
  private static List<Period> periods(List<DataKeyRow> keys) {
    List<Period> periods = new ArrayList<>();
    Optional<Instant> next = Optional.empty();
    for (DataKeyRow key : keys) {
      periods.add(
          new Period(key.id, key.since, next, Optional.ofNullable(key.previous), key.reason));
      next = Optional.of(key.since);
    }
    return periods;
  }
}
