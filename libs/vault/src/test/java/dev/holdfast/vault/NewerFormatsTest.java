/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.body;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultFixture.segment;
import static dev.holdfast.vault.VaultWriterTest.assertThatVaultException;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.store.ObjectKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a later version writes is refused by name, never misread. */
class NewerFormatsTest {

  private final VaultFixture vault = new VaultFixture();
  private final ObjectRef object;

  NewerFormatsTest() {
    try (VaultWriter writer = vault.writer()) {
      object = body(writer, bytes(1000));
      writer.append(segment(1, 2, List.of(object)));
    }
  }

  @Test
  void a_newer_vault_is_neither_read_nor_written() {
    vault.replace(VaultLayout.marker(), utf8("{\"holdfast\":\"vault\",\"format\":2,\"more\":1}\n"));

    assertThatVaultException(vault::reader, Reason.TOO_NEW)
        .hasMessageContaining("holdfast.json")
        .hasMessageContaining("has format 2; use a newer Holdfast");
    assertThatVaultException(vault::writer, Reason.TOO_NEW)
        .hasMessageContaining("has format 2; use a newer Holdfast");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "format":1          | "format":2           | has format 2
          "format":1          | "format":4294967297  | has format 4294967297
          "segment-sealed"    | "segment-merged"     | holds an entry of type 'segment-merged'
          "kind":"segment"    | "kind":"heap-pages"  | names an object of kind 'heap-pages'
          """)
  void a_newer_manifest_is_neither_read_nor_continued(String from, String to, String says) {
    ObjectKey manifest = VaultLayout.manifest(MAIN, 1);
    resign(manifest, payload -> payload.replace(from, to));

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.TOO_NEW)
        .hasMessageContaining(manifest.value())
        .hasMessageContaining(says + "; use a newer Holdfast");
    assertThatVaultException(vault::writer, Reason.TOO_NEW).hasMessageContaining(says);
  }

  @Test
  void a_newer_manifest_is_told_even_where_nothing_else_of_it_is_known() {
    ObjectKey manifest = VaultLayout.manifest(MAIN, 1);
    resign(manifest, payload -> "{\"form\":\"other\",\"format\":7}");

    assertThatVaultException(() -> vault.reader().chain(MAIN), Reason.TOO_NEW)
        .hasMessageContaining("has format 7; use a newer Holdfast");
  }

  @Test
  void a_newer_key_object_is_refused() {
    ObjectKey key = VaultLayout.keyObject(MAIN, object.dataKey());
    resign(key, payload -> payload.replace("\"format\":1", "\"format\":2"));

    assertThatVaultException(() -> vault.reader().open(object, vault.identity), Reason.TOO_NEW)
        .hasMessageContaining(key.value())
        .hasMessageContaining("has format 2; use a newer Holdfast");
  }

  @ParameterizedTest
  @CsvSource({"8, format", "10, compression", "11, cipher"})
  void a_newer_form_of_an_encrypted_object_is_refused(int offset, String what) {
    for (int code : new int[] {2, 255}) {
      byte[] stored = vault.stored(object.key());
      stored[offset] = (byte) code;
      vault.replace(object.key(), stored);
      ObjectRef newer =
          new ObjectRef(
              object.key(), object.kind(), object.size(), Sha256.of(stored), object.dataKey());

      assertThatVaultException(() -> vault.reader().open(newer, vault.identity), Reason.TOO_NEW)
          .hasMessageContaining(object.key().value())
          .hasMessageContaining("has " + what + " " + code + "; use a newer Holdfast");
    }
  }

  @Test
  void members_that_a_later_version_adds_are_skipped() throws Exception {
    UnaryOperator<String> more =
        payload -> payload.substring(0, payload.length() - 1) + ",\"later\":{\"a\":[1]}}";
    resign(VaultLayout.manifest(MAIN, 1), more);
    resign(VaultLayout.keyObject(MAIN, object.dataKey()), more);

    assertThat(vault.reader().chain(MAIN)).hasSize(1);
    assertThat(vault.reader().open(object, vault.identity)).hasBinaryContent(bytes(1000));
  }

  private void resign(ObjectKey key, UnaryOperator<String> change) {
    String document = new String(vault.stored(key), StandardCharsets.UTF_8);
    String payload = document.lines().findFirst().orElseThrow();
    String changed = change.apply(payload);
    assertThat(changed).isNotEqualTo(payload);
    vault.replace(key, SignedDocument.sign(utf8(changed), vault.signer));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
