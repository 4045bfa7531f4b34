/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.SourceId;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RecoveryConfigTest {

  @Test
  void theDefaultsArePinned() {
    RecoveryConfig config = read(Map.of());
    assertThat(config.connectTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(config.hookTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.promoteTimeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(config.slotTimeout()).isEqualTo(Duration.ofSeconds(20));
    assertThat(config.verifyTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(config.restoreConnections()).isEqualTo(2);
    assertThat(config.sweep()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.tellProceduresEvery()).isEqualTo(Duration.ofMinutes(10));
    assertThat(config.proof().fullAfter()).isEqualTo(Duration.ofDays(7));
    assertThat(config.proof().credentials()).isEqualTo("default");
    assertThat(config.sources()).isEmpty();
    assertThat(config.targets()).isEmpty();
  }

  @Test
  void aSourceNeedsNothingButWhatItHas() {
    RecoveryConfig config =
        read(Map.of("holdfast.recovery.sources.main.standby-url", "jdbc:postgresql://b/app"));
    RecoveryConfig.Source source = config.sources().get(new SourceId("main"));
    assertThat(source.standbyUrl()).contains("jdbc:postgresql://b/app");
    assertThat(source.primaryUrl()).isEmpty();
    assertThat(source.fencingUrl()).isEmpty();
    assertThat(source.endpointUrl()).isEmpty();
    assertThat(source.clientUrl()).isEmpty();
    assertThat(source.hookToken()).isEmpty();
    assertThat(source.resumeUrl()).isEmpty();
    assertThat(source.serviceUrls()).isEmpty();
    assertThat(source.restoreUrl()).isEmpty();
    assertThat(source.sandboxUrl()).isEmpty();
  }

  @Test
  void secretsAreNotPrinted() {
    RecoveryConfig config =
        read(
            Map.of(
                "holdfast.recovery.targets.default.user", "u",
                "holdfast.recovery.targets.default.password", "hidden",
                "holdfast.recovery.sources.main.hook-token", "hidden"));
    assertThat(config.targets().get("default").password().orElseThrow().toString())
        .doesNotContain("hidden");
    assertThat(config.sources().get(new SourceId("main")).hookToken().orElseThrow().toString())
        .doesNotContain("hidden");
  }

  private static RecoveryConfig read(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .addDiscoveredConverters()
        .withMapping(RecoveryConfig.class)
        .withSources(new PropertiesConfigSource(settings, "test", 100))
        .build()
        .getConfigMapping(RecoveryConfig.class);
  }
}
