/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class CopyConfigTest {

  @Test
  void hasItsDefaults() {
    CopyConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(CopyConfig.class)
            .build()
            .getConfigMapping(CopyConfig.class);

    assertThat(config.lookEvery()).isEqualTo(Duration.ofSeconds(15));
    assertThat(config.compareEvery()).isEqualTo(Duration.ofHours(6));
    assertThat(config.parallelCopies()).isEqualTo(4);
    assertThat(config.patience()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.alertAfter()).isEqualTo(Duration.ofMinutes(2));
  }
}
