/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.PublishedSchedule;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import dev.holdfast.events.ScheduleCommand.BackupKind;
import dev.holdfast.model.StrategyId;
import dev.holdfast.scheduler.policy.PolicyInForce.Accepted;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PolicyInForceTest {

  private static final Instant NOW = Instant.parse("2026-11-30T12:02:00Z");
  private static final Instant LAST_WEEK = NOW.minus(Duration.ofDays(7));
  private static final Duration EVERY = Duration.ofMinutes(10);

  private static final PolicyText GOOD = Policy.shippedText();
  private static final PolicyText OTHER =
      new PolicyText("mine.yaml", GOOD.yaml().replace("hourly: 24", "hourly: 48"));
  private static final PolicyText BAD =
      new PolicyText("mine.yaml", GOOD.yaml().replace("hourly: 24", "hourly: -1"));

  @Test
  void aGoodPolicyIsFollowedFromNowOn() {
    PolicyInForce first = PolicyInForce.of(GOOD, Optional.empty(), NOW);
    assertThat(first.policy()).isEqualTo(Policy.shipped());
    assertThat(first.acceptedAt()).isEqualTo(NOW);
    PolicyInForce next = PolicyInForce.of(OTHER, accepted(GOOD), NOW);
    assertThat(next.text()).isEqualTo(OTHER);
    assertThat(next.acceptedAt()).isEqualTo(NOW);
    assertThat(next.refused()).isEmpty();
  }

  @Test
  void theSamePolicyWasAcceptedWhenItWas() {
    assertThat(PolicyInForce.of(GOOD, accepted(GOOD), NOW).acceptedAt()).isEqualTo(LAST_WEEK);
  }

  @Test
  void aBadPolicyIsRefusedAndTheOneBeforeItStaysInForce() {
    PolicyInForce inForce = PolicyInForce.of(BAD, accepted(GOOD), NOW);
    assertThat(inForce.policy()).isEqualTo(Policy.shipped());
    assertThat(inForce.text()).isEqualTo(GOOD);
    assertThat(inForce.acceptedAt()).isEqualTo(LAST_WEEK);
    RefusedPolicy refused = inForce.refused().orElseThrow();
    assertThat(refused.origin()).isEqualTo("mine.yaml");
    assertThat(refused.at()).isEqualTo(NOW);
    assertThat(refused.reason())
        .contains("mine.yaml", "strategies[0].retention", "-1 must not be negative");
    assertThat(inForce.published(NOW, EVERY).refused()).contains(refused);
  }

  @Test
  void whatCannotBeReadIsRefusedAlike() {
    IllegalArgumentException why = new IllegalArgumentException("there is no file mine.yaml");
    PolicyInForce inForce = PolicyInForce.refusing("mine.yaml", why, accepted(GOOD), NOW);
    assertThat(inForce.policy()).isEqualTo(Policy.shipped());
    assertThat(inForce.refused())
        .contains(new RefusedPolicy("mine.yaml", "there is no file mine.yaml", NOW));
    assertThatThrownBy(() -> PolicyInForce.refusing("mine.yaml", why, Optional.empty(), NOW))
        .isSameAs(why);
  }

  @Test
  void withoutOneThatCanBeFollowedNothingStarts() {
    for (Optional<Accepted> before : java.util.List.of(Optional.<Accepted>empty(), accepted(BAD))) {
      assertThatThrownBy(() -> PolicyInForce.of(BAD, before, NOW))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("-1 must not be negative");
    }
  }

  @Test
  void whatIsToldIsWhatIsFollowed() {
    PolicyPublished told = PolicyInForce.of(GOOD, accepted(GOOD), NOW).published(NOW, EVERY);
    assertThat(told.origin()).isEqualTo("shipped policy.yaml");
    assertThat(told.acceptedAt()).isEqualTo(LAST_WEEK);
    assertThat(told.goodUntil()).isEqualTo(NOW.plus(Duration.ofMinutes(20)));
    var database = told.strategies().getFirst();
    assertThat(database.schedules())
        .containsExactly(
            schedule(BackupKind.RECOVERY_POINT, "*/5 * * * *", "2026-11-30T12:05:00Z"),
            schedule(BackupKind.BASE, "0 3 * * *", "2026-12-01T03:00:00Z"),
            schedule(BackupKind.PROOF, "30 4 * * *", "2026-12-01T04:30:00Z"));
    assertThat(database.keyRotation()).hasDays(30);
    assertThat(database.lockRetention()).isEmpty();
    assertThat(database.obstacle()).isEmpty();
    assertThat(database.verification().frequency()).isEqualTo("daily");
    assertThat(database.verification().checks())
        .containsExactly("integrity", "consistency", "recoverability");
    // What does not run comes next at no time.
    assertThat(told.strategies().get(1).id()).isEqualTo(new StrategyId("storage"));
    assertThat(told.strategies().get(1).obstacle()).isPresent();
    assertThat(told.strategies().get(1).schedules())
        .containsExactly(
            new PublishedSchedule(BackupKind.RECOVERY_POINT, "0 */2 * * *", Optional.empty()));
  }

  @ParameterizedTest(name = "told at {0}, again at {2}: {3}")
  @CsvSource({
    "2026-11-30T12:02:00Z, PT10M, 2026-11-30T12:05:00Z, a schedule comes due",
    "2026-11-30T12:05:00Z, PT10M, 2026-11-30T12:10:00Z, it has just come due",
    "2026-11-30T12:02:00Z, PT1M, 2026-11-30T12:03:00Z, nothing does by then",
  })
  void itIsToldAgainWhenWhatItSaysIsOver(Instant at, Duration every, Instant again, String why) {
    PolicyPublished told = PolicyInForce.of(GOOD, Optional.empty(), at).published(at, every);
    assertThat(PolicyInForce.again(told, every)).as(why).isEqualTo(again);
  }

  private static Optional<Accepted> accepted(PolicyText text) {
    return Optional.of(new Accepted(text, LAST_WEEK));
  }

  private static PublishedSchedule schedule(BackupKind kind, String cron, String next) {
    return new PublishedSchedule(kind, cron, Optional.of(Instant.parse(next)));
  }
}
