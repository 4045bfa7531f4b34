/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.kms.Kms;
import dev.holdfast.vault.kms.KmsKey;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A KMS key under which a writer may encrypt, and not decrypt. */
public final class KmsRecipient implements Recipient {

  private static final Pattern SOURCE = Pattern.compile("sources/([^/]+)/keys/.+");

  private final KmsKey key;
  private final Kms kms;

  public KmsRecipient(KmsKey key, Kms kms) {
    this.key = key;
    this.kms = kms;
  }

  public KmsKey key() {
    return key;
  }

  @Override
  public String id() {
    return id(key);
  }

  static String id(KmsKey key) {
    return KeyText.id(key.material().getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public String text() {
    return key.arn();
  }

  @Override
  public WrappedKey wrap(DataKey dataKey, String context) {
    byte[] secret = dataKey.openSecret();
    return new WrappedKey(
        id(),
        "",
        Base64.getEncoder().encodeToString(kms.encrypt(key, secret, encryptionContext(context))),
        Optional.empty(),
        Optional.of(new WrappedKey.KmsEntry(key.arn(), key.region())));
  }

  /** Key policies can refer to it, and KMS writes it into its audit log. */
  static Map<String, String> encryptionContext(String keyObject) {
    Matcher matcher = SOURCE.matcher(keyObject);
    if (!matcher.matches()) {
      throw new IllegalArgumentException(keyObject + " is no key object of a source");
    }
    return Map.of("holdfast:source", matcher.group(1), "holdfast:key-object", keyObject);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof KmsRecipient that && id().equals(that.id());
  }

  @Override
  public int hashCode() {
    return id().hashCode();
  }

  @Override
  public String toString() {
    return "KMS key " + key.arn();
  }
}
