/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;

/** Wraps a data key to a hybrid public key: X-Wing, then AES-256-GCM under the shared secret. */
final class HybridWrap {

  static final int WRAPPED = DataKey.LENGTH + AesGcm.TAG;

  private static final String WRAP_INFO = "holdfast/1 wrap";

  private HybridWrap() {}

  record Sealed(byte[] encapsulation, byte[] wrapped) {}

  /**
   * @param recipient {@link Recipient#id}
   * @param context what the wrapping is bound to: the name of the key object
   */
  static Sealed wrap(byte[] publicKey, String recipient, String context, byte[] secret) {
    try {
      HybridKem.Encapsulated shared = HybridKem.encapsulate(publicKey);
      byte[] key = wrapKey(shared.secret(), recipient, context);
      try {
        // Used for this one message only, so that the nonce may be constant.
        return new Sealed(
            shared.encapsulation(),
            AesGcm.create().seal(key, new byte[AesGcm.NONCE], new byte[0], secret));
      } finally {
        Bytes.wipe(key);
        Bytes.wipe(shared.secret());
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("cannot wrap a data key to recipient " + recipient, e);
    }
  }

  static byte[] unwrap(HybridKeyPair keys, String recipient, String context, WrappedKey entry)
      throws GeneralSecurityException {
    byte[] encapsulation = entry.encapsulationBytes();
    byte[] wrapped = entry.wrappedBytes();
    if (encapsulation.length != HybridKem.ENCAPSULATION_LENGTH || wrapped.length != WRAPPED) {
      throw new GeneralSecurityException("a wrapped key has the wrong length");
    }
    byte[] shared = keys.decapsulate(encapsulation);
    byte[] key = wrapKey(shared, recipient, context);
    try {
      return AesGcm.create().open(key, new byte[AesGcm.NONCE], new byte[0], wrapped);
    } finally {
      Bytes.wipe(key);
      Bytes.wipe(shared);
    }
  }

  private static byte[] wrapKey(byte[] shared, String recipient, String context) {
    return Hkdf.derive(
        shared,
        Bytes.join(
            ascii(WRAP_INFO), new byte[] {0}, ascii(recipient), new byte[] {0}, ascii(context)),
        32);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
