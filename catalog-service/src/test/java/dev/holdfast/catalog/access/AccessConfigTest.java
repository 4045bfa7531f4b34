/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AccessConfigTest {

  @Test
  void nobodyHasAnAccountByDefaultAndASessionIsADaysWork() {
    AccessConfig config =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(AccessConfig.class)
            .withSources(new PropertiesConfigSource(Map.of(), "test", 100))
            .build()
            .getConfigMapping(AccessConfig.class);
    assertThat(config.usersFile()).isEmpty();
    assertThat(config.sessionLife()).isEqualTo(Duration.ofHours(12));
    assertThat(config.requestsPerMinute()).isEqualTo(1200);
  }

  @Test
  void aCatalogThatNobodyCouldSignInToDoesNotStart() {
    assertThatThrownBy(() -> AccessStart.require(false, false))
        .hasMessageContaining("holdfast.access.users-file")
        .hasMessageContaining("quarkus.oidc.auth-server-url")
        .hasMessageContaining("HINT: ");
    assertThatCode(() -> AccessStart.require(true, false)).doesNotThrowAnyException();
    assertThatCode(() -> AccessStart.require(false, true)).doesNotThrowAnyException();
  }
}
