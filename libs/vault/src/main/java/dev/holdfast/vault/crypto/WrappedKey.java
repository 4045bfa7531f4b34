/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Base64;
import java.util.Optional;

/**
 * A data key as one recipient can unwrap it: an entry of a key object.
 *
 * @param recipient {@link Recipient#id}
 * @param encapsulation base64 of the X-Wing encapsulation, 1120 bytes; empty for a KMS key
 * @param wrapped base64 of the sealed data key: 48 bytes, or what KMS made of it
 * @param argon2id how a passphrase becomes the recipient's keys; empty for the other kinds
 * @param kms the KMS key; empty for the other kinds
 */
public record WrappedKey(
    String recipient,
    String encapsulation,
    String wrapped,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<Argon2id> argon2id,
    @JsonInclude(JsonInclude.Include.NON_ABSENT) Optional<KmsEntry> kms) {

  /** Which KMS key, and where. */
  public record KmsEntry(String key, String region) {}

  /** The kinds' own members may be left out, and only those. */
  @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
  static WrappedKey read(ObjectNode entry) {
    JsonNode argon2id = entry.path("argon2id");
    JsonNode kms = entry.path("kms");
    return new WrappedKey(
        text(entry, "recipient"),
        base64(entry, "encapsulation"),
        base64(entry, "wrapped"),
        argon2id.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new Argon2id(
                    base64(argon2id, "salt"),
                    number(argon2id, "memoryKiB"),
                    number(argon2id, "iterations"),
                    number(argon2id, "parallelism"))),
        kms.isMissingNode()
            ? Optional.empty()
            : Optional.of(new KmsEntry(text(kms, "key"), text(kms, "region"))));
  }

  byte[] encapsulationBytes() {
    return Base64.getDecoder().decode(encapsulation);
  }

  byte[] wrappedBytes() {
    return Base64.getDecoder().decode(wrapped);
  }

  private static String base64(JsonNode entry, String member) {
    String text = text(entry, member);
    byte[] _ = Base64.getDecoder().decode(text);
    return text;
  }

  private static String text(JsonNode entry, String member) {
    JsonNode value = entry.path(member);
    if (!value.isTextual()) {
      throw new IllegalArgumentException("an entry's " + member + " is missing or no text");
    }
    return value.textValue();
  }

  private static int number(JsonNode entry, String member) {
    JsonNode value = entry.path(member);
    if (!value.isInt()) {
      throw new IllegalArgumentException("an entry's " + member + " is missing or no number");
    }
    return value.intValue();
  }
}
