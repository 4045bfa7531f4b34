/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.question;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.RecoveryEvent.Estimate;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RestorePaceTest {

  private static final RestorePace.Measured MEASURED =
      new RestorePace.Measured("restore-1", 1_000_000, Duration.ofMillis(4_000));

  @Test
  void twiceTheBytesTakeTwiceAsLongInWholeSecondsRoundedUp() {
    assertThat(MEASURED.estimate(2_000_000))
        .isEqualTo(new Estimate(Duration.ofSeconds(8), "1,000,000 bytes took 4.0 s in restore-1"));
    assertThat(MEASURED.estimate(2_000_001).takes()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void nothingTakesNoTime() {
    assertThat(MEASURED.estimate(1).takes()).isEqualTo(Duration.ofSeconds(1));
    assertThat(MEASURED.estimate(0).takes()).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void manyBytesDoNotOverflow() {
    assertThat(MEASURED.estimate(100L << 40).takes()).isGreaterThan(Duration.ofDays(5));
  }
}
