/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF with SHA-256 and an empty salt (RFC 5869). */
final class Hkdf {

  private Hkdf() {}

  static byte[] derive(byte[] secret, byte[] info, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java cannot compute HKDF-SHA256", e);
    }
  }
}
