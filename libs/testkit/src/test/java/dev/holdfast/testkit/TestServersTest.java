/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

class TestServersTest {

  @Test
  void leavesNothingBehind() throws Exception {
    var servers = new TestServers();
    var postgres = servers.postgres();
    servers.standbyOf(postgres);
    servers.s3("bucket");
    var kafka = servers.kafka();
    assertThat(postgres.isRunning()).isTrue();
    servers.close();
    assertThat(postgres.isRunning()).isFalse();
    assertThat(kafka.isRunning()).isFalse();
    assertThat(Files.exists(postgres.folder().getParent())).isFalse();
  }

  @Test
  void theClockMovesOnlyWhenTold() {
    var clock = new TickableClock(Instant.EPOCH);
    clock.tick(Duration.ofSeconds(3));
    assertThat(clock.instant()).isEqualTo(Instant.ofEpochSecond(3));
  }

  @Test
  @ExtendWith(Seeded.class)
  void aSeededGeneratorIsGiven(Random random) {
    assertThat(random.nextInt(10)).isBetween(0, 9);
  }
}
