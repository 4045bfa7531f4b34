/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VaultUrlTest {

  @Test
  void a_full_s3_url_is_understood() {
    assertThat(
            VaultUrl.parse(
                "s3://backups/team/a?endpoint=https://s3.example.com:9000&region=eu-central-1&path-style=true&checksums=when-supported"))
        .isEqualTo(
            new VaultUrl.S3(
                "backups",
                "team/a",
                Optional.of(URI.create("https://s3.example.com:9000")),
                Optional.of("eu-central-1"),
                true,
                VaultUrl.Checksums.WHEN_SUPPORTED,
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void amazon_gets_checksums_and_other_stores_only_the_required_ones() {
    assertThat(((VaultUrl.S3) VaultUrl.parse("s3://backups")).checksums())
        .isEqualTo(VaultUrl.Checksums.WHEN_SUPPORTED);
    assertThat(((VaultUrl.S3) VaultUrl.parse("s3://backups?endpoint=http://h:1")).checksums())
        .isEqualTo(VaultUrl.Checksums.WHEN_REQUIRED);
  }

  @ParameterizedTest
  @CsvSource({
    "file:/var/vault, /var/vault",
    "file:///var/vault/, /var/vault",
    "file:/var/my%20vault, /var/my vault"
  })
  void a_folder_is_understood(String url, String path) {
    assertThat(VaultUrl.parse(url)).isEqualTo(new VaultUrl.Folder(Path.of(path)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://backups",
        "s3://backups/a/b?endpoint=http://127.0.0.1:9001&region=us-east-1&path-style=true",
        "s3://backups?region=us-east-1&checksums=when-required",
        "file:/var/vault",
        "file:/var/my%20vault"
      })
  void what_is_printed_is_parsed_again(String url) {
    assertThat(VaultUrl.parse(url).toString()).isEqualTo(url);
    assertThat(VaultUrl.parse(VaultUrl.parse(url).text())).isEqualTo(VaultUrl.parse(url));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "backups | begins with s3:// or file:/",
        "http://h/b | begins with s3:// or file:/, not with 'http:'",
        "s3://b | bucket 'b' must be 3 to 63",
        "s3:// | bucket '' must be",
        "s3://backups/a//b | object key 'a//b' must be",
        "s3://backups?region=US East | region 'US East'",
        "s3://backups?path-style=yes | path-style 'yes'",
        "s3://backups?checksums=never | when-required or when-supported",
        "s3://backups?endpoint=h:9000 | http(s)://host[:port]",
        "s3://backups?endpoint=http://h:9000/path | without a path",
        "s3://backups?regoin=us-east-1 | unknown parameter 'regoin'",
        "s3://backups?region=a&region=b | given twice",
        "s3://backups?region | name=value",
        "file:var/vault | absolute folder",
        "file://host/var | absolute folder",
        "file:/a b | spaces are %20",
        "file:/a?x=1 | no parameters"
      })
  void a_wrong_url_is_refused_with_the_fix(String url, String says) {
    assertThatThrownBy(() -> VaultUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://AKIA:hunter2@backups",
        "s3://backups?endpoint=http://me:hunter2@h",
        "s3://backups?secret-key=hunter2"
      })
  void a_secret_in_a_url_is_refused_and_not_repeated(String url) {
    assertThatThrownBy(() -> VaultUrl.parse(url))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("credentials")
        .hasMessageNotContaining("hunter2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "s3://backups?storage-class=STANDARD_IA",
        "s3://backups?sse=s3",
        "s3://backups?sse=kms",
        "s3://backups?storage-class=GLACIER_IR&sse=kms&kms-key=arn:aws:kms:eu-central-1:1:key/a"
      })
  void how_a_store_keeps_objects_is_read_back(String text) {
    assertThat(VaultUrl.parse(text).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "s3://backups?storage-class=DEEP_ARCHIVE, read back",
    "s3://backups?storage-class=cheap, STANDARD_IA",
    "s3://backups?sse=aes, s3 or kms",
    "s3://backups?kms-key=a, sse=kms",
    "s3://backups?sse=s3&kms-key=a, sse=kms"
  })
  void a_wrong_way_of_keeping_objects_is_refused(String text, String says) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> VaultUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(says);
  }
}
