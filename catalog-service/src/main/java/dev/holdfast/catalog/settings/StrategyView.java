/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.settings;

import dev.holdfast.events.BackupEvent.PublishedRetention;
import dev.holdfast.events.BackupEvent.PublishedSchedule;
import dev.holdfast.events.BackupEvent.PublishedSource;
import dev.holdfast.events.BackupEvent.PublishedStrategy;
import dev.holdfast.events.BackupEvent.PublishedVerification;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A strategy of the policy that is followed.
 *
 * @param type {@code incremental} or {@code full}
 * @param schedules cron lines of five fields in UTC, and when each asks for the next backup
 * @param rpoSeconds how old the newest verified recovery point of its sources may get; empty where
 *     no backup of it runs
 * @param retention how many are kept of the newest of each hour, day, week and month
 * @param lockRetentionSeconds how long recovery points stay restorable where a region locks, at
 *     least; empty: as the region says
 * @param keyRotationSeconds a data key of that age is replaced, if nothing shorter holds
 * @param obstacle why no backup of it runs; empty: they run
 */
public record StrategyView(
    String id,
    String name,
    String type,
    List<PublishedSchedule> schedules,
    Optional<Long> rpoSeconds,
    PublishedRetention retention,
    Optional<Long> lockRetentionSeconds,
    List<PublishedSource> sources,
    String algorithm,
    long keyRotationSeconds,
    PublishedVerification verification,
    Optional<String> obstacle) {

  static StrategyView of(PublishedStrategy it, Duration rpo) {
    return new StrategyView(
        it.id().value(),
        it.name(),
        it.type(),
        it.schedules(),
        it.obstacle().isPresent() ? Optional.empty() : Optional.of(rpo.toSeconds()),
        it.retention(),
        it.lockRetention().map(Duration::toSeconds),
        it.sources(),
        it.algorithm(),
        it.keyRotation().toSeconds(),
        it.verification(),
        it.obstacle());
  }
}
