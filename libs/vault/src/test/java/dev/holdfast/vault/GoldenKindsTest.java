/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.GoldenVectors;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.KmsIdentity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.kms.Kms;
import dev.holdfast.vault.kms.KmsKey;
import dev.holdfast.vault.store.FileObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data key that version 1 wrapped to every kind of recipient opens for every kind of identity.
 */
class GoldenKindsTest {

  private static final SourceId KINDS = new SourceId("kinds");
  private static final KmsKey KEY =
      new KmsKey("arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab");

  @TempDir Path folder;

  @BeforeEach
  void copy() {
    GoldenVectors.copyTo(folder);
  }

  @Test
  void every_kind_of_identity_opens_it() throws Exception {
    Set<SigningKey.Public> signers = SigningKey.Public.readAll(folder.resolve("keys/signers.pub"));
    List<Identity> identities =
        List.of(
            Identity.read(folder.resolve("keys/identity.key")),
            Identity.open(
                "passphrase:" + folder.resolve("keys/passphrase.txt"), signers, () -> new char[0]),
            new KmsIdentity(KEY, new VectorKms(), signers));

    assertThat(identities.stream().<Class<?>>map(Object::getClass))
        .as("write a vector for a new kind of identity, see the README beside the vectors")
        .containsExactlyInAnyOrder(Identity.class.getPermittedSubclasses());
    for (Identity identity : identities) {
      VaultReader reader =
          VaultReader.open(new FileObjectStore(folder.resolve("vault")), identity.trustedSigners());
      ObjectRef body =
          VaultLayout.objectsOf(reader.chain(KINDS).getFirst()).stream().findFirst().orElseThrow();
      try (var plain = reader.open(body, identity)) {
        assertThat(plain)
            .as(identity.describe())
            .hasBinaryContent(
                "opened by every kind of identity\n".getBytes(StandardCharsets.UTF_8));
      }
    }
  }

  @Test
  void every_kind_of_recipient_is_read_and_written_as_ever() throws Exception {
    List<String> texts = Files.readAllLines(folder.resolve("keys/recipients-of-kinds.pub"));
    List<Recipient> recipients = texts.stream().map(Recipient::parse).toList();

    assertThat(recipients).extracting(Recipient::text).isEqualTo(texts);
    assertThat(recipients.stream().<Class<?>>map(Object::getClass))
        .as("write a vector for a new kind of recipient, see the README beside the vectors")
        .containsExactlyInAnyOrder(Recipient.class.getPermittedSubclasses());
  }

  /**
   * In place of the service: XOR with a hash of key and context, so that another context (it is
   * part of the format) opens nothing.
   */
  private static final class VectorKms implements Kms {
    @Override
    public byte[] encrypt(KmsKey key, byte[] plaintext, Map<String, String> context) {
      try {
        byte[] pad =
            MessageDigest.getInstance("SHA-256")
                .digest(
                    ("test KMS|" + key.arn() + "|" + new TreeMap<>(context))
                        .getBytes(StandardCharsets.UTF_8));
        byte[] out = plaintext.clone();
        for (int i = 0; i < out.length; i++) {
          out[i] ^= pad[i % pad.length];
        }
        return out;
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e);
      }
    }

    @Override
    public byte[] decrypt(KmsKey key, byte[] ciphertext, Map<String, String> context) {
      return encrypt(key, ciphertext, context);
    }

    @Override
    public Instant scheduleDeletion(KmsKey key, int days) {
      throw new UnsupportedOperationException("a vector is never shredded");
    }

    @Override
    public void close() {}
  }
}
