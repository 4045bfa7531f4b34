/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.catalog.core.Evidence.Capture;
import dev.holdfast.catalog.core.Evidence.Hole;
import dev.holdfast.catalog.core.Evidence.Incident;
import dev.holdfast.catalog.core.Evidence.Proof;
import dev.holdfast.catalog.core.Evidence.Region;
import dev.holdfast.catalog.core.Evidence.Vault;
import dev.holdfast.model.RegionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecoverabilityRulesTest {

  private static final Instant NOW = Instant.parse("2026-11-30T03:00:00Z");
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);
  private static final Region EAST = region("us-east-1", 3);
  private static final Region WEST = region("us-west-2", 9);

  /** All is well, but for what a test changes. */
  private static final class Known {
    Capture capture = new Capture("streaming", "", Optional.empty());
    List<Region> regions = List.of(EAST, WEST);
    Optional<Hole> hole = Optional.empty();
    List<Incident> incidents = List.of();
    List<String> errors = List.of();
    Proof proof = new Proof.Proven(NOW.minusSeconds(3600));
    Vault vault = new Vault(Optional.of(NOW.minusSeconds(10)), true, Duration.ofMinutes(1));

    Recoverability decide() {
      return RecoverabilityRules.decide(
          new Evidence(capture, regions, hole, incidents, errors, proof, vault), FIVE_MINUTES, NOW);
    }
  }

  private final Known known = new Known();

  @Test
  void isYesWithoutAnyReasonWhileAllIsWell() {
    Recoverability decided = known.decide();
    assertThat(decided.verdict()).isEqualTo(Verdict.YES);
    assertThat(decided.reasons()).isEmpty();
    assertThat(decided.best()).contains(EAST.id());
    assertThat(decided.goodUntil()).contains(NOW.plusSeconds(297));
  }

  @Test
  void isNoWhenNoRegionHoldsAnything() {
    known.regions = List.of(empty("us-east-1"), empty("us-west-2"));
    expect(Verdict.NO, "nothing-verified: no region holds a complete, verified base snapshot");
    assertThat(known.decide().goodUntil()).isEmpty();
  }

  @Test
  void isNoWithoutAnyRegion() {
    known.regions = List.of();
    expect(Verdict.NO, "nothing-verified");
  }

  @Test
  void isNoOnceTheBestRegionIsOlderThanTheObjective() {
    known.regions = List.of(region("us-east-1", 301), region("us-west-2", 400));
    expect(
        Verdict.NO,
        "objective-missed: a recovery now would lose 5 min 1 s (from us-east-1, the best region);"
            + " the objective is 5 min",
        "region-behind: us-west-2 would lose 6 min 40 s");
    assertThat(known.decide().reasons().getFirst().since()).contains(NOW.minusSeconds(1));
  }

  @Test
  void isYesToTheLastSecondOfTheObjective() {
    known.regions = List.of(region("us-east-1", 300));
    assertThat(known.decide().verdict()).isEqualTo(Verdict.YES);
  }

  @Test
  void isAtRiskWhileOneRegionIsBehind() {
    known.regions = List.of(EAST, region("us-west-2", 301), empty("eu-central-1"));
    expect(
        Verdict.AT_RISK,
        "region-behind: us-west-2 would lose 5 min 1 s if it were all that is left",
        "region-behind: nothing was verified in eu-central-1 yet");
  }

  @Test
  void isAtRiskWhileCopiesFail() {
    known.regions =
        List.of(
            EAST, new Region(WEST.id(), WEST.coveredAt(), Optional.empty(), Optional.of("503")));
    expect(Verdict.AT_RISK, "copies-fail: copies to us-west-2 fail: 503");
  }

  @Test
  void isAtRiskWhileTheWorkerDoesNotStream() {
    Instant since = NOW.minusSeconds(20);
    known.capture = new Capture("interrupted", "the source refuses", Optional.of(since));
    expect(Verdict.AT_RISK, "not-streaming: capture is interrupted: the source refuses");
    assertThat(known.decide().reasons().getFirst().since()).contains(since);
    known.capture = new Capture("unknown", "", Optional.empty());
    expect(Verdict.AT_RISK, "not-streaming: capture is unknown");
  }

  @Test
  void isAtRiskWhileAHoleIsOpen() {
    known.hole = Optional.of(new Hole("the slot was lost", NOW));
    expect(
        Verdict.AT_RISK,
        "hole-open: changes are not captured until the next base snapshot: the slot was lost");
  }

  @Test
  void isAtRiskWhileATriggerHasFired() {
    known.incidents = List.of(new Incident("database_primary_failure", Optional.of(NOW)));
    expect(
        Verdict.AT_RISK,
        "incident-open: trigger database_primary_failure has fired and has not cleared");
  }

  @Test
  void isAtRiskForEveryErrorThatTheLastLookFound() {
    known.errors = List.of("wal_level: it is replica", "orders: no identity");
    expect(Verdict.AT_RISK, "finding: wal_level: it is replica", "finding: orders: no identity");
  }

  @Test
  void isAtRiskWhenTheVaultDoesNotHoldWhatTheSourceHeld() {
    known.proof = new Proof.Differs("1 table differs", NOW);
    expect(Verdict.AT_RISK, "content-differs: the vault does not hold what the source held");
    known.proof = new Proof.NotDone("the sandbox is away", NOW);
    expect(Verdict.AT_RISK, "proof-not-done: the last proof of content could not be made");
  }

  @Test
  void staysYesWhenNothingWasProvenYetAndSaysSo() {
    known.proof = new Proof.Never();
    expect(Verdict.YES, "never-proven");
  }

  @Test
  void isUnknownWhenTheVaultWasNotReadLately() {
    known.vault = new Vault(Optional.of(NOW.minusSeconds(61)), true, Duration.ofMinutes(1));
    expect(Verdict.UNKNOWN, "catalog-behind: the catalog could not read the vault to its end");
    known.vault = new Vault(Optional.of(NOW), false, Duration.ofMinutes(1));
    expect(Verdict.UNKNOWN, "catalog-behind");
    known.vault = new Vault(Optional.empty(), false, Duration.ofMinutes(1));
    expect(Verdict.UNKNOWN, "catalog-behind: the catalog has not read the vault yet");
  }

  @Test
  void tellsTheWorstFirst() {
    known.proof = new Proof.Never();
    known.errors = List.of("wal_level: it is replica");
    known.vault = new Vault(Optional.empty(), false, Duration.ofMinutes(1));
    known.regions = List.of(region("us-east-1", 400));
    assertThat(known.decide().reasons().stream().map(each -> each.code().wire()))
        .containsExactly("objective-missed", "catalog-behind", "finding", "never-proven");
  }

  @ParameterizedTest
  @EnumSource
  void onlyWhatIsWorthKnowingLeavesAYes(ReasonCode code) {
    assertThat(code.verdict() == Verdict.YES).isEqualTo(code == ReasonCode.NEVER_PROVEN);
  }

  private void expect(Verdict verdict, String... beginnings) {
    Recoverability decided = known.decide();
    assertThat(decided.verdict()).isEqualTo(verdict);
    List<String> reasons = new ArrayList<>();
    decided.reasons().forEach(each -> reasons.add(each.code().wire() + ": " + each.text()));
    assertThat(reasons).hasSameSizeAs(beginnings);
    for (int i = 0; i < beginnings.length; i++) {
      assertThat(reasons.get(i)).startsWith(beginnings[i]);
    }
  }

  private static Region region(String id, int seconds) {
    return new Region(
        new RegionId(id),
        Optional.of(NOW.minusSeconds(seconds)),
        Optional.empty(),
        Optional.empty());
  }

  private static Region empty(String id) {
    return new Region(
        new RegionId(id),
        Optional.empty(),
        Optional.of("nothing was verified in " + id + " yet"),
        Optional.empty());
  }
}
