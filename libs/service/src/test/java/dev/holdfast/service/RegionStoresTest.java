/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RegionStoresTest {

  private static final String REGION = "holdfast.vault.regions[0].";

  private final Map<String, String> settings =
      new HashMap<>(
          Map.of(REGION + "id", "us-east-1", REGION + "url", "s3://vault?region=us-east-1"));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

  @TempDir Path folder;

  @Test
  void what_is_not_set_is_as_the_sdk_finds_it() {
    RegionsConfig.Region region = config().getConfigMapping(RegionsConfig.class).primary();

    assertThat(region.accessKey()).isEmpty();
    assertThat(region.secretKey()).isEmpty();
    assertThat(region.profile()).isEmpty();
    assertThat(region.role()).isEmpty();
    assertThat(region.externalId()).isEmpty();
    assertThat(region.proxy()).isEmpty();
    assertThat(region.caFile()).isEmpty();
    assertThat(region.uploadLimit()).isEmpty();
    assertThat(region.downloadLimit()).isEmpty();
    assertThat(region.requestLimit()).isEmpty();
    assertThat(region.lock().mode()).isEmpty();
    assertThat(region.lock().retention()).isEmpty();
    assertThat(region.cold()).isFalse();
    assertThat(stores().lock(region)).isEmpty();
    stores().open(region).close();
  }

  @Test
  void everything_can_be_set() {
    settings.put(REGION + "access-key", "a");
    settings.put(REGION + "secret-key", "s");
    settings.put(REGION + "role", "arn:aws:iam::123456789012:role/holdfast");
    settings.put(REGION + "external-id", "x");
    settings.put(REGION + "proxy", "http://me:pw@proxy:3128");
    settings.put(REGION + "upload-limit", "10M");
    settings.put(REGION + "download-limit", "20M");
    settings.put(REGION + "request-limit", "8");
    settings.put(REGION + "lock.mode", "compliance");
    settings.put(REGION + "lock.retention", "30d");
    settings.put("holdfast.sources.main.url", "jdbc:postgresql://h/d");
    settings.put("holdfast.sources.main.user", "u");
    settings.put("holdfast.sources.main.lock-retention", "90d");
    SmallRyeConfig config = config();
    RegionsConfig.Region region = config.getConfigMapping(RegionsConfig.class).primary();

    assertThat(stores().lock(region))
        .contains(
            new LockSettings(
                ObjectLocks.Mode.COMPLIANCE,
                Duration.ofDays(30),
                Map.of(new SourceId("main"), Duration.ofDays(90))));
    assertThat(region.uploadLimit().orElseThrow().asLongValue()).isEqualTo(10L << 20);
    assertThat(region.proxy().toString()).doesNotContain("pw");
    stores().open(region).close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "access-key|a|secret-key",
        "external-id|x|role",
        "role|admin|arn:aws:iam",
        "lock.mode|governance|lock.retention",
        "lock.retention|30d|lock.mode",
        "upload-limit|0|positive",
        "request-limit|0|positive",
        "proxy|proxy:3128|http(s)://",
        "proxy|http://proxy|without a port",
        "proxy|http://u:geheim @x|no address",
        "ca-file|/nowhere/ca.pem|/nowhere/ca.pem",
        "url|s3://vault?storage-class=GLACIER|GLACIER_IR"
      })
  void a_wrong_setting_is_named_with_its_region(String key, String value, String says) {
    settings.put(REGION + key, value);
    RegionsConfig.Region region = config().getConfigMapping(RegionsConfig.class).primary();

    assertThatThrownBy(() -> stores().open(region))
        .hasMessageContaining(says)
        .hasMessageNotContaining("geheim");
  }

  @Test
  void a_key_and_a_profile_contradict_each_other() {
    settings.put(REGION + "access-key", "a");
    settings.put(REGION + "secret-key", "s");
    settings.put(REGION + "profile", "backup");
    RegionsConfig.Region region = config().getConfigMapping(RegionsConfig.class).primary();

    assertThatThrownBy(() -> stores().open(region))
        .hasMessageContaining("us-east-1")
        .hasMessageContaining("either an access key or a profile");
  }

  @Test
  void requests_are_measured_per_region_and_operation() {
    settings.put(REGION + "url", "file:" + folder);
    RegionsConfig.Region region = config().getConfigMapping(RegionsConfig.class).primary();
    try (ObjectStore store = stores().open(region)) {
      store.putIfAbsent(new ObjectKey("a"), Content.of(new byte[1000]));
      store.stat(new ObjectKey("a"));
    }

    assertThat(
            meters
                .get("holdfast.store.requests")
                .tags("region", "us-east-1", "operation", "put", "outcome", "answered")
                .timer()
                .count())
        .isOne();
    assertThat(meters.get("holdfast.store.bytes").tags("operation", "put").summary().totalAmount())
        .isEqualTo(1000);
  }

  private SmallRyeConfig config() {
    return new SmallRyeConfigBuilder()
        .withMapping(RegionsConfig.class)
        .withMapping(SourcesConfig.class)
        .withConverters(
            new org.eclipse.microprofile.config.spi.Converter<?>[] {
              new io.quarkus.runtime.configuration.DurationConverter(),
              new io.quarkus.runtime.configuration.MemorySizeConverter()
            })
        .withDefaultValues(settings)
        .build();
  }

  private RegionStores stores() {
    return new RegionStores(config().getConfigMapping(SourcesConfig.class), meters);
  }
}
