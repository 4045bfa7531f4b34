/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwsCredentialsFileTest {

  @TempDir Path folder;

  @Test
  void each_profile_has_its_own_keys() throws Exception {
    AwsCredentialsFile file =
        file(
            """
            [one]
            aws_access_key_id = first
            aws_secret_access_key = secret-1

            [two]
            aws_access_key_id = second
            aws_secret_access_key = secret-2
            """);

    assertThat(file.profile("two").accessKey()).isEqualTo("second");
    assertThat(file.profile("two").secretKey().reveal()).isEqualTo("secret-2");
    assertThat(file.profile("one").accessKey()).isEqualTo("first");
  }

  @Test
  void what_is_missing_is_named_without_any_secret() throws Exception {
    AwsCredentialsFile file = file("[one]\naws_access_key_id = first\n");

    assertThatThrownBy(() -> file.profile("one"))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("'one'")
        .hasMessageContaining("aws_secret_access_key");
    assertThatThrownBy(() -> file.profile("two")).hasMessageContaining("no profile 'two'");
    assertThatThrownBy(() -> new AwsCredentialsFile(folder.resolve("none")).profile("one"))
        .hasMessageContaining("missing");
  }

  private AwsCredentialsFile file(String text) throws Exception {
    Path file = folder.resolve("credentials");
    Files.writeString(file, text);
    return new AwsCredentialsFile(file);
  }
}
