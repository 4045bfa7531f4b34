/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** AES-256-GCM by Java's own provider. */
final class JavaAesGcm extends AesGcm {

  private final Cipher cipher;

  JavaAesGcm() {
    try {
      cipher = Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no AES-256-GCM", e);
    }
  }

  @Override
  int seal(
      byte[] key,
      byte[] nonce,
      byte[] associated,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset)
      throws GeneralSecurityException {
    return apply(Cipher.ENCRYPT_MODE, key, nonce, associated, in, offset, length, out, outOffset);
  }

  @Override
  int open(
      byte[] key,
      byte[] nonce,
      byte[] associated,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset)
      throws GeneralSecurityException {
    return apply(Cipher.DECRYPT_MODE, key, nonce, associated, in, offset, length, out, outOffset);
  }

  private int apply(
      int mode,
      byte[] key,
      byte[] nonce,
      byte[] associated,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset)
      throws GeneralSecurityException {
    cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG * 8, nonce));
    cipher.updateAAD(associated);
    return cipher.doFinal(in, offset, length, out, outOffset);
  }
}
