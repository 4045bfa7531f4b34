/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.SourceId;
import dev.holdfast.service.SourcesConfig;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KmsRecipient;
import dev.holdfast.vault.crypto.Recipient;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysConfigTest {

  @TempDir Path folder;

  private static SmallRyeConfig config(Map<String, String> values) {
    SmallRyeConfigBuilder builder =
        new SmallRyeConfigBuilder()
            .addDiscoveredConverters()
            .withMapping(KeysConfig.class)
            .withMapping(SourcesConfig.class)
            .withDefaultValue("holdfast.keys.recipients", "/keys/recipients")
            .withDefaultValue("holdfast.keys.signing", "/keys/signing.key")
            .withDefaultValue("holdfast.sources.main.url", "jdbc:postgresql://db/app")
            .withDefaultValue("holdfast.sources.main.user", "backup");
    values.forEach(builder::withDefaultValue);
    return builder.build();
  }

  private static SourcesConfig.Source main(SmallRyeConfig config) {
    return Objects.requireNonNull(
        config.getConfigMapping(SourcesConfig.class).sources().get(new SourceId("main")));
  }

  @Test
  void hasItsDefaults() {
    SmallRyeConfig config = config(Map.of());

    assertThat(config.getConfigMapping(KeysConfig.class).rotation()).isEqualTo(Duration.ofDays(30));
    assertThat(main(config).recipients()).isEmpty();
    assertThat(main(config).keyRotation()).isEmpty();
  }

  @Test
  void aSourceMayHaveRecipientsAndARotationOfItsOwn() {
    SmallRyeConfig config =
        config(
            Map.of(
                "holdfast.sources.main.recipients", "/keys/main-recipients",
                "holdfast.sources.main.key-rotation", "90d"));

    assertThat(main(config).recipients()).contains(Path.of("/keys/main-recipients"));
    assertThat(main(config).keyRotation()).contains(Duration.ofDays(90));
  }

  @Test
  void aFileOfRecipientsHoldsAnyNumberOfAnyKindAndAnEmptyOneIsNamed() throws Exception {
    Recipient first = Identity.generate().recipient();
    String arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd";
    Path file = folder.resolve("recipients");
    Files.writeString(file, first.text() + "\n# kms\n" + arn + "\n" + first.text() + "\n");

    List<Recipient> recipients =
        ConfiguredVault.recipients(file, "holdfast.sources.main.recipients");

    assertThat(recipients).hasSize(2).startsWith(first);
    assertThat(recipients.getLast()).isInstanceOf(KmsRecipient.class);
    Files.writeString(file, "# nobody\n");
    assertThatThrownBy(() -> ConfiguredVault.recipients(file, "holdfast.sources.main.recipients"))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("holdfast.sources.main.recipients")
        .hasMessageContaining("no public key");
  }
}
