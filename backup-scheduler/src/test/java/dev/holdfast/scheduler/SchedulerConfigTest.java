/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SchedulerConfigTest {

  @Test
  void theDefaultsArePinned() {
    SchedulerConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(SchedulerConfig.class)
            .withSources(new PropertiesConfigSource(Map.of(), "test", 100))
            .build()
            .getConfigMapping(SchedulerConfig.class);
    assertThat(config.policyFile()).isEmpty();
    assertThat(config.lookEvery()).isEqualTo(Duration.ofSeconds(1));
    assertThat(config.tellPolicyEvery()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.recoveryPointWithin()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.baseWithin()).isEqualTo(Duration.ofHours(24));
    assertThat(config.proofWithin()).isEqualTo(Duration.ofHours(6));
  }
}
