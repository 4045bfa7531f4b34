/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.run;

import dev.holdfast.model.BackupId;
import dev.holdfast.scheduler.policy.Cron;
import dev.holdfast.scheduler.policy.Strategy;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A moment at which a schedule asks for a backup. */
public record Firing(Strategy strategy, Kind kind, Instant due) {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** A schedule of a strategy. */
  public record Schedule(Strategy strategy, Kind kind, Cron cron) {

    /**
     * The firing that has to be made up for by now: the newest one after {@code last}. Those before
     * it that were missed too are covered by it.
     *
     * @param last the newest firing that was seen to, or when the scheduler first ran
     */
    public Optional<Firing> due(Instant last, Instant now) {
      return cron.lastAt(now)
          .filter(at -> at.isAfter(last))
          .map(at -> new Firing(strategy, kind, at));
    }
  }

  /** The schedules of a strategy that workers can follow. */
  public static List<Schedule> schedules(Strategy strategy) {
    if (strategy.obstacle().isPresent()) {
      return List.of();
    }
    List<Schedule> schedules = new ArrayList<>();
    schedules.add(new Schedule(strategy, Kind.RECOVERY_POINT, strategy.schedule()));
    strategy
        .baseSchedule()
        .ifPresent(cron -> schedules.add(new Schedule(strategy, Kind.BASE, cron)));
    strategy
        .proofSchedule()
        .ifPresent(cron -> schedules.add(new Schedule(strategy, Kind.PROOF, cron)));
    return List.copyOf(schedules);
  }

  /** The same for everybody who makes this firing. */
  public BackupId id() {
    return new BackupId(strategy.id() + "-" + kind.tag() + "-" + TIME.format(due));
  }
}
