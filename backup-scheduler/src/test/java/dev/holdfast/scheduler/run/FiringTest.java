/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.BackupId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.policy.Strategy;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class FiringTest {

  private static final Instant NOON = Instant.parse("2028-02-29T12:00:00Z");
  private final Strategy database = strategy("database");
  private final Firing.Schedule points = Firing.schedules(database).getFirst();

  @Test
  void aDatabaseHasSchedulesOfPointsBasesAndProofs() {
    assertThat(Firing.schedules(database))
        .extracting(Firing.Schedule::kind)
        .containsExactly(Kind.RECOVERY_POINT, Kind.BASE, Kind.PROOF);
  }

  @Test
  void whatNoWorkerFollowsHasNoSchedule() {
    assertThat(Firing.schedules(strategy("storage"))).isEmpty();
    assertThat(Firing.schedules(strategy("configuration"))).isEmpty();
  }

  @Test
  void aFiringIsDueFromItsMomentAndOnce() {
    assertThat(points.due(NOON.minusSeconds(300), NOON.minusNanos(1))).isEmpty();
    assertThat(points.due(NOON.minusSeconds(300), NOON))
        .contains(new Firing(database, Kind.RECOVERY_POINT, NOON));
    assertThat(points.due(NOON, NOON)).isEmpty();
    assertThat(points.due(NOON, NOON.plusSeconds(299))).isEmpty();
  }

  @Test
  void ofManyThatWereMissedTheNewestIsMadeUpFor() {
    assertThat(points.due(NOON.minusSeconds(86_400), NOON.plusSeconds(7)))
        .contains(new Firing(database, Kind.RECOVERY_POINT, NOON));
  }

  @Test
  void aClockThatWasSetBackFiresNothingAgain() {
    assertThat(points.due(NOON, NOON.minusSeconds(3_600))).isEmpty();
  }

  @Test
  void itsIdIsTheSameForEverybody() {
    assertThat(new Firing(database, Kind.RECOVERY_POINT, NOON).id())
        .isEqualTo(new BackupId("database-rp-20280229T120000Z"));
    assertThat(new Firing(database, Kind.BASE, NOON).id())
        .isEqualTo(new BackupId("database-base-20280229T120000Z"));
  }

  private static Strategy strategy(String id) {
    return Policy.shipped().find(new StrategyId(id)).orElseThrow();
  }
}
