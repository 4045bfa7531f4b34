/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** A public key of X25519 and ML-KEM-768; its identity is a file. */
public final class HybridRecipient implements Recipient {

  private static final String LABEL = "holdfast-recipient-1";

  private final byte[] key;

  HybridRecipient(byte[] key) {
    this.key = key.clone();
    requireValid(this.key, id());
  }

  static void requireValid(byte[] key, String id) {
    try {
      HybridKem.validatePublic(key);
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          VaultException.Reason.BAD_KEY_FILE, "recipient " + id + " is no valid public key", e);
    }
  }

  static HybridRecipient parse(String text) {
    return new HybridRecipient(KeyText.parse(LABEL, HybridKem.PUBLIC_LENGTH, text));
  }

  @Override
  public String text() {
    return KeyText.format(LABEL, key);
  }

  @Override
  public String id() {
    return KeyText.id(key);
  }

  byte[] key() {
    return key.clone();
  }

  @Override
  public WrappedKey wrap(DataKey dataKey, String context) {
    HybridWrap.Sealed sealed = HybridWrap.wrap(key, id(), context, dataKey.openSecret());
    return new WrappedKey(
        id(),
        Base64.getEncoder().encodeToString(sealed.encapsulation()),
        Base64.getEncoder().encodeToString(sealed.wrapped()),
        Optional.empty(),
        Optional.empty());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HybridRecipient that && Arrays.equals(key, that.key);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(key);
  }

  @Override
  public String toString() {
    return "recipient " + id();
  }
}
