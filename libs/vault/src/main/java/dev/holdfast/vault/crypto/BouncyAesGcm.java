/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.GCMBlockCipher;
import org.bouncycastle.crypto.modes.GCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;

/** AES-256-GCM by Bouncy Castle, native where its library has code for this machine. */
final class BouncyAesGcm extends AesGcm {

  private final GCMModeCipher cipher = GCMBlockCipher.newInstance(AESEngine.newInstance());

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
    return apply(true, key, nonce, associated, in, offset, length, out, outOffset);
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
    return apply(false, key, nonce, associated, in, offset, length, out, outOffset);
  }

  private int apply(
      boolean encrypt,
      byte[] key,
      byte[] nonce,
      byte[] associated,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset)
      throws GeneralSecurityException {
    cipher.init(encrypt, new AEADParameters(new KeyParameter(key), TAG * 8, nonce, associated));
    try {
      int written = cipher.processBytes(in, offset, length, out, outOffset);
      return written + cipher.doFinal(out, outOffset + written);
    } catch (InvalidCipherTextException e) {
      throw (GeneralSecurityException) new AEADBadTagException(e.getMessage()).initCause(e);
    }
  }
}
