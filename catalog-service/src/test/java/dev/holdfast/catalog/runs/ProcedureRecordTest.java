/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.catalog.runs.ProcedureRecord.Rto;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProcedureRecordTest {

  @Test
  void nothingIsPredictedWhereNothingWasMeasured() {
    assertThat(Rto.of(List.of())).isEmpty();
  }

  @Test
  void theMiddleOneOrTheMeanOfBothInTheMiddleIsPredicted() {
    assertThat(Rto.of(seconds(7))).contains(rto(1, 7, 7, 7));
    assertThat(Rto.of(seconds(90, 10, 20))).contains(rto(3, 20, 10, 90));
    assertThat(Rto.of(seconds(90, 10, 30, 20))).contains(rto(4, 25, 10, 90));
  }

  private static List<Duration> seconds(long... each) {
    return Arrays.stream(each).mapToObj(Duration::ofSeconds).toList();
  }

  private static Rto rto(int runs, long median, long shortest, long longest) {
    return new Rto(
        runs,
        Duration.ofSeconds(median),
        Duration.ofSeconds(shortest),
        Duration.ofSeconds(longest));
  }
}
