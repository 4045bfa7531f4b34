/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.BackupEvent.HoleRecorded;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import java.time.Clock;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EnvelopesTest {

  private final Envelopes envelopes = new Envelopes("worker", Clock.systemUTC());

  @Test
  void aChainFactThatIsAnnouncedAgainKeepsItsId() {
    String id = envelopes.seal(hole(7, "lost"), Correlation.of("a")).id();

    assertThat(envelopes.seal(hole(7, "lost"), Correlation.of("b")).id()).isEqualTo(id);
    assertThat(envelopes.seal(hole(8, "lost"), Correlation.of("a")).id()).isNotEqualTo(id);
    assertThat(envelopes.seal(hole(7, "other"), Correlation.of("a")).id()).isNotEqualTo(id);
    assertThat(UUID.fromString(id).version()).isEqualTo(8);
    assertThat(UUID.fromString(id).variant()).isEqualTo(2);
  }

  @Test
  void everyOtherMessageIsNewEachTime() {
    AlertRaised alert = new AlertRaised("a", "info", "s", "t", "none", Instant.EPOCH);
    assertThat(envelopes.seal(alert, Correlation.of("a")).id())
        .isNotEqualTo(envelopes.seal(alert, Correlation.of("a")).id());
  }

  @Test
  void aMalformedTraceStartsANewOne() {
    assertThat(Correlation.from("id", "garbage").trace()).hasSize(32);
    assertThat(Correlation.from("id", "00-" + "0".repeat(32) + "-00f067aa0ba902b7-01").trace())
        .isNotEqualTo("0".repeat(32));
    assertThat(
            Correlation.from("id", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .trace())
        .isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
  }

  private static HoleRecorded hole(long manifest, String reason) {
    return new HoleRecorded(
        new SourceId("main"), manifest, 1, new Position("1", 1, Lsn.NONE), reason, Instant.EPOCH);
  }
}
