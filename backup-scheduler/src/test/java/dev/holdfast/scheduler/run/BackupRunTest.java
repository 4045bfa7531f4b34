/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.scheduler.run.BackupRun.State;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BackupRunTest {

  private static final Instant NOW = Instant.parse("2028-02-29T12:00:00Z");
  private static final Instant LATER = NOW.plusSeconds(90);
  private static final SourceId MAIN = new SourceId("main");
  private static final SourceId SECOND = new SourceId("second");
  private static final StrategyId DATABASE = new StrategyId("database");

  private final BackupRun run = begin(Kind.RECOVERY_POINT);

  @Test
  void eachSourceIsAskedForWhatTheKindSays() {
    assertThat(run.commands())
        .containsExactly(
            new BackupCommand.SealRecoveryPoint(run.id(), DATABASE, MAIN, NOW),
            new BackupCommand.SealRecoveryPoint(run.id(), DATABASE, SECOND, NOW));
    BackupRun base = begin(Kind.BASE);
    assertThat(base.commands())
        .containsExactly(
            new BackupCommand.TakeBaseSnapshot(base.id(), DATABASE, MAIN, NOW),
            new BackupCommand.TakeBaseSnapshot(base.id(), DATABASE, SECOND, NOW));
  }

  @Test
  void aRestorePointIsAskedOfItsSourceAndStandsInNoOtherOnesWay() {
    BackupRun point = point("point-1", MAIN, "release");
    assertThat(point.commands())
        .containsExactly(
            new BackupCommand.CreateRestorePoint(
                point.id(), DATABASE, MAIN, new PointName("release"), "tester", NOW));
    assertThat(point.standsInTheWayOf(point("point-2", MAIN, "release"))).isTrue();
    assertThat(point.standsInTheWayOf(point)).isFalse();
    assertThat(point.standsInTheWayOf(point("point-2", MAIN, "other"))).isFalse();
    assertThat(point.standsInTheWayOf(point("point-2", SECOND, "release"))).isFalse();
    assertThat(point.standsInTheWayOf(run)).isFalse();
    assertThat(run.standsInTheWayOf(point)).isFalse();
    assertThat(point.with(completed(MAIN), LATER).state()).isEqualTo(State.COMPLETED);
  }

  private static BackupRun point(String id, SourceId source, String name) {
    return BackupRun.point(
        new BackupRun.Request(new BackupId(id), Trigger.REQUEST, "tester", Optional.empty()),
        DATABASE,
        source,
        new PointName(name),
        NOW);
  }

  @Test
  void itRunsUntilTheLastSourceHasAnswered() {
    BackupRun half = run.with(completed(MAIN), LATER);
    assertThat(half.state()).isEqualTo(State.RUNNING);
    assertThat(half.finishedAt()).isEmpty();
    assertThat(half.finished()).isEmpty();

    BackupRun whole = half.with(completed(SECOND), LATER);
    assertThat(whole.state()).isEqualTo(State.COMPLETED);
    assertThat(whole.finished())
        .contains(
            new BackupFinished(
                run.id(),
                DATABASE,
                Outcome.COMPLETED,
                List.of(completed(MAIN), completed(SECOND)),
                NOW,
                LATER,
                Duration.ofSeconds(90)));
  }

  @Test
  void oneThatFailedDoesNotHideTheOther() {
    BackupRun partial = run.with(failed(SECOND), LATER).with(completed(MAIN), LATER);
    assertThat(partial.state()).isEqualTo(State.PARTIAL);
    assertThat(partial.answered()).containsExactly(failed(SECOND), completed(MAIN));
    assertThat(partial.finished()).map(BackupFinished::outcome).contains(Outcome.PARTIAL);
  }

  @Test
  void withoutAnySuccessItHasFailed() {
    BackupRun failed = run.with(failed(SECOND), LATER).with(failed(MAIN), LATER);
    assertThat(failed.state()).isEqualTo(State.FAILED);
    assertThat(failed.finished()).map(BackupFinished::outcome).contains(Outcome.FAILED);
  }

  @Test
  void anAnswerThatComesTwiceCountsOnce() {
    BackupRun half = run.with(completed(MAIN), LATER);
    assertThat(half.with(completed(MAIN), LATER)).isSameAs(half);
    assertThat(half.with(failed(MAIN), LATER)).isSameAs(half);
  }

  @Test
  void anAnswerOfASourceThatWasNotAskedChangesNothing() {
    assertThat(run.with(completed(new SourceId("other")), LATER)).isSameAs(run);
  }

  @Test
  void whenNobodyWaitsAnyLongerTheSilentOnesHaveFailed() {
    BackupRun partial =
        run.with(completed(MAIN), LATER).givenUp(Duration.ofMinutes(5), LATER.plusSeconds(300));
    assertThat(partial.state()).isEqualTo(State.PARTIAL);
    assertThat(partial.finishedAt()).contains(LATER.plusSeconds(300));
    assertThat(partial.answered().getLast().error())
        .hasValueSatisfying(
            why -> assertThat(why).contains("within 300 s", "'second'", "reaches Kafka"));
    assertThat(run.givenUp(Duration.ofMinutes(5), LATER).state()).isEqualTo(State.FAILED);
  }

  @Test
  void whatHasEndedStaysAsItIs() {
    BackupRun failed = run.givenUp(Duration.ofMinutes(5), LATER);
    assertThat(failed.with(completed(MAIN), LATER.plusSeconds(1))).isSameAs(failed);
    assertThat(failed.givenUp(Duration.ofMinutes(5), LATER.plusSeconds(1))).isSameAs(failed);
    BackupRun done = run.with(completed(MAIN), LATER).with(completed(SECOND), LATER);
    assertThat(done.givenUp(Duration.ofMinutes(5), LATER.plusSeconds(1))).isSameAs(done);
  }

  @Test
  void whatWasSkippedNamesTheOneThatRunsAndTellsOfNoEnd() {
    BackupRun skipped = run.skippedFor(new BackupId("database-before"), LATER);
    assertThat(skipped.state()).isEqualTo(State.SKIPPED);
    assertThat(skipped.detail()).contains("backup database-before has not ended yet");
    assertThat(skipped.finished()).isEmpty();
    assertThat(skipped.with(completed(MAIN), LATER)).isSameAs(skipped);
  }

  private static BackupRun begin(Kind kind) {
    return BackupRun.begin(
        new BackupRun.Request(
            new BackupId("database-1"), Trigger.REQUEST, "tester", Optional.empty()),
        DATABASE,
        kind,
        List.of(MAIN, SECOND),
        NOW);
  }

  private static Component completed(SourceId source) {
    return new Component(source, ComponentOutcome.COMPLETED, 10, Optional.empty());
  }

  private static Component failed(SourceId source) {
    return new Component(source, ComponentOutcome.FAILED, 0, Optional.of("no room"));
  }
}
