/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.service.Problem;
import dev.holdfast.vault.chain.RecoveryRange;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoveredMomentTest {

  private static final List<RecoveryRange> RANGES = List.of(range(100, 200), range(300, 400));

  @ParameterizedTest
  @ValueSource(longs = {100, 150, 200, 300, 400})
  void whatARangeHoldsCanBeAskedFor(long at) {
    CoveredMoment.require(RANGES, time(at));
    CoveredMoment.require(RANGES, lsn(at));
  }

  @ParameterizedTest
  @CsvSource({
    "99, before-first-recovery-point",
    "201, target-in-hole",
    "299, target-in-hole",
    "401, target-in-future"
  })
  void whatNoneHoldsIsRefusedWithWhatIsNear(long at, String type) {
    Problem refused =
        catchThrowableOfType(Problem.class, () -> CoveredMoment.require(RANGES, time(at)));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.document().toString()).contains(type);
    assertThat(catchThrowableOfType(Problem.class, () -> CoveredMoment.require(RANGES, lsn(at))))
        .isNotNull();
  }

  @Test
  void theLatestNeedsSomethingToBeThere() {
    Target latest = new Target(Optional.empty(), Optional.empty());
    CoveredMoment.require(RANGES, latest);
    assertThat(
            catchThrowableOfType(Problem.class, () -> CoveredMoment.require(List.of(), latest))
                .status())
        .isEqualTo(409);
  }

  private static Target time(long second) {
    return new Target(Optional.of(Instant.ofEpochSecond(second)), Optional.empty());
  }

  private static Target lsn(long value) {
    return new Target(Optional.empty(), Optional.of(new Lsn(value)));
  }

  private static RecoveryRange range(long from, long through) {
    return new RecoveryRange(
        new Position("1", 1, new Lsn(from)),
        Instant.ofEpochSecond(from),
        new Position("1", 1, new Lsn(through)),
        Instant.ofEpochSecond(through),
        "base-" + from);
  }
}
