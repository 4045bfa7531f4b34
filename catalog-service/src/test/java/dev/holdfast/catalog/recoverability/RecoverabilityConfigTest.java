/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.recoverability;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecoverabilityConfigTest {

  @Test
  void theDefaultIsThatOfTheDatabasesObjective() {
    RecoverabilityConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(RecoverabilityConfig.class)
            .withSources(new PropertiesConfigSource(Map.of(), "test", 100))
            .build()
            .getConfigMapping(RecoverabilityConfig.class);
    assertThat(config.rpo()).isEqualTo(Duration.ofSeconds(300));
  }
}
