/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.postgres.restore.RestoreProgress.Phase;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What is said of the time that is left follows from what was done, not from what was hoped. */
class TimeLeftTest {

  /** 100 s of changes, 1 of definitions, 100 of rows, 40 each of indexes and of the check. */
  private static final RestoreEstimate EXPECTED = RestoreEstimate.of(30_000_000, 0, 30_000_000, 0);

  private final TimeLeft left = new TimeLeft(EXPECTED, 1000);

  @Test
  void nothingIsSaidBeforeAnythingIsKnown() {
    left.enter(Phase.CHANGES, 1000);
    assertThat(left.at(0, 1005)).isEmpty();
    assertThat(left.at(0.1, 1005)).isEmpty();
  }

  @Test
  void aFastServerIsExpectedToStayFast() {
    left.enter(Phase.CHANGES, 1000);
    assertThat(left.at(0.5, 1005)).contains(Duration.ofSeconds(23));
    left.enter(Phase.SCHEMA, 1010);
    left.enter(Phase.ROWS, 1010);
    assertThat(left.at(0, 1010)).contains(Duration.ofSeconds(18));
  }

  @Test
  void aPhaseThatTellsNothingRunsDownAndNeverBelowWhatComesLater() {
    left.enter(Phase.SCHEMA, 1100);
    left.enter(Phase.ROWS, 1101);
    left.enter(Phase.INDEXES, 1201);
    assertThat(left.at(0, 1201)).contains(Duration.ofSeconds(80));
    assertThat(left.at(0, 1221)).contains(Duration.ofSeconds(60));
    assertThat(left.at(0, 1300)).contains(Duration.ofSeconds(40));
  }

  @Test
  void whatIsNotExpectedTakesNoTimeButASecond() {
    assertThat(RestoreEstimate.of(0, 0, 0, 0).least()).isEqualTo(Duration.ofSeconds(1));
    assertThat(EXPECTED.most()).isEqualTo(Duration.ofSeconds(281));
    assertThat(EXPECTED.least()).isEqualTo(Duration.ofSeconds(70));
    assertThat(RestoreEstimate.of(10, 40_000_000_000L, 0, 0).most())
        .as("few rows that are long")
        .isEqualTo(Duration.ofSeconds(3601));
  }
}
