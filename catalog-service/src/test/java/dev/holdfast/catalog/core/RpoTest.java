/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RpoTest {

  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  @Test
  void is_the_time_since_the_last_commit_that_can_be_restored() {
    assertThat(Rpo.since(NOW.minusSeconds(7), NOW))
        .isEqualTo(new Rpo.Known(NOW.minusSeconds(7), Duration.ofSeconds(7)));
  }

  @Test
  void is_never_negative_when_the_source_clock_is_ahead() {
    assertThat(Rpo.since(NOW.plusSeconds(3), NOW))
        .isEqualTo(new Rpo.Known(NOW.plusSeconds(3), Duration.ZERO));
  }

  @Test
  void says_that_nothing_was_verified_in_the_region_yet() {
    assertThat(reason(0)).contains("main").contains("us-west-2").contains("nothing");
  }

  @Test
  void says_that_a_base_is_missing_and_how_far_the_chain_was_verified() {
    assertThat(reason(4)).contains("no complete base snapshot").contains("manifest 4");
  }

  private static String reason(long throughManifest) {
    Rpo rpo =
        RegionCoverage.of(
                new SourceId("main"), new RegionId("us-west-2"), throughManifest, List.of())
            .rpo(NOW);
    assertThat(rpo).isInstanceOf(Rpo.Unprotected.class);
    return ((Rpo.Unprotected) rpo).reason();
  }
}
