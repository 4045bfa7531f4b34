/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.restores;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.catalog.chain.KnownPoint;
import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.PointName;
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

  private static final Moment LATEST = moment(Optional.empty(), Optional.empty());
  private static final List<RecoveryRange> RANGES = List.of(range(100, 200), range(300, 400));

  @ParameterizedTest
  @ValueSource(longs = {100, 150, 200, 300, 400})
  void whatARangeHoldsCanBeAskedFor(long at) {
    CoveredMoment.require(RANGES, time(at), Optional.empty());
    CoveredMoment.require(RANGES, lsn(at), Optional.empty());
    CoveredMoment.require(RANGES, LATEST, Optional.of(point(at)));
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
        catchThrowableOfType(
            Problem.class, () -> CoveredMoment.require(RANGES, time(at), Optional.empty()));
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.document().toString()).contains(type);
    assertThat(
            catchThrowableOfType(
                Problem.class, () -> CoveredMoment.require(RANGES, lsn(at), Optional.empty())))
        .isNotNull();
    assertThat(
            catchThrowableOfType(
                    Problem.class,
                    () -> CoveredMoment.require(RANGES, LATEST, Optional.of(point(at))))
                .document()
                .field())
        .isEqualTo("toPoint");
  }

  @Test
  void theLatestNeedsSomethingToBeThere() {
    CoveredMoment.require(RANGES, LATEST, Optional.empty());
    assertThat(
            catchThrowableOfType(
                    Problem.class, () -> CoveredMoment.require(List.of(), LATEST, Optional.empty()))
                .status())
        .isEqualTo(409);
  }

  @Test
  void aPointThatAPromotionOrphanedIsRefusedEvenWhereSomethingCoversItsPlace() {
    KnownPoint orphaned =
        new KnownPoint(new PointName("p"), 1, new Lsn(150), Optional.of(new Lsn(120)));
    Problem refused =
        catchThrowableOfType(
            Problem.class, () -> CoveredMoment.require(RANGES, LATEST, Optional.of(orphaned)));
    assertThat(refused.document().type()).endsWith(":target-orphaned");
    assertThat(refused.document().detail()).contains("'p'", "0/78");
  }

  private static KnownPoint point(long lsn) {
    return new KnownPoint(new PointName("p"), 1, new Lsn(lsn), Optional.empty());
  }

  private static Moment time(long second) {
    return moment(Optional.of(Instant.ofEpochSecond(second)), Optional.empty());
  }

  private static Moment lsn(long value) {
    return moment(Optional.empty(), Optional.of(new Lsn(value)));
  }

  private static Moment moment(Optional<Instant> time, Optional<Lsn> lsn) {
    return new Moment(time, lsn, Optional.empty(), Optional.empty(), Optional.empty());
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
