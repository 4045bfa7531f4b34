/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;

/**
 * AES-256-GCM by whichever implementation {@link CipherChoice} found to be right and fast. One
 * instance serves one thread at a time.
 */
public abstract class AesGcm {

  static final int TAG = 16;
  static final int NONCE = 12;

  private static final class Chosen {
    static final CipherChoice CHOICE = CipherChoice.made();
  }

  AesGcm() {}

  static AesGcm create() {
    return Chosen.CHOICE.cipher().get();
  }

  /** For reports: which implementation encrypts and decrypts here, and how fast it was. */
  public static String describe() {
    return Chosen.CHOICE.description();
  }

  /**
   * Encrypts {@code length} bytes of {@code in}; ciphertext and tag go to {@code out}.
   *
   * @return bytes written: {@code length} + {@link #TAG}
   */
  abstract int seal(
      byte[] key,
      byte[] nonce,
      byte[] associated,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset)
      throws GeneralSecurityException;

  /**
   * Decrypts {@code length} bytes of ciphertext and tag.
   *
   * @return bytes written: {@code length} - {@link #TAG}
   * @throws GeneralSecurityException when key, nonce, associated data or ciphertext are not those
   *     of the encryption; {@code out} then holds nothing of use
   */
  abstract int open(
      byte[] key,
      byte[] nonce,
      byte[] associated,
      byte[] in,
      int offset,
      int length,
      byte[] out,
      int outOffset)
      throws GeneralSecurityException;

  final byte[] seal(byte[] key, byte[] nonce, byte[] associated, byte[] plaintext) {
    try {
      byte[] out = new byte[plaintext.length + TAG];
      seal(key, nonce, associated, plaintext, 0, plaintext.length, out, 0);
      return out;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work here", e);
    }
  }

  final byte[] open(byte[] key, byte[] nonce, byte[] associated, byte[] ciphertext)
      throws GeneralSecurityException {
    byte[] out = new byte[ciphertext.length - TAG];
    open(key, nonce, associated, ciphertext, 0, ciphertext.length, out, 0);
    return out;
  }

  /** Whether {@code a} encrypts as {@code b} does, opens its messages and refuses damaged ones. */
  static boolean agree(AesGcm a, AesGcm b) throws GeneralSecurityException {
    byte[] key = new byte[32];
    byte[] nonce = new byte[NONCE];
    byte[] associated = new byte[61];
    Arrays.fill(key, (byte) 0x42);
    Arrays.fill(associated, (byte) 0x17);
    for (int length : new int[] {0, 1, 15, 16, 17, 255, 4096, 70_001}) {
      byte[] plain = new byte[length];
      for (int i = 0; i < length; i++) {
        plain[i] = (byte) (i * 31);
      }
      nonce[NONCE - 1]++;
      byte[] sealed = b.seal(key, nonce, associated, plain);
      if (!Arrays.equals(a.seal(key, nonce, associated, plain), sealed)
          || !Arrays.equals(a.open(key, nonce, associated, sealed), plain)) {
        return false;
      }
      sealed[length / 2] ^= 1;
      if (opens(a, key, nonce, associated, sealed)) {
        return false;
      }
    }
    return true;
  }

  private static boolean opens(
      AesGcm cipher, byte[] key, byte[] nonce, byte[] associated, byte[] sealed) {
    try {
      cipher.open(key, nonce, associated, sealed);
      return true;
    } catch (GeneralSecurityException expected) {
      return false;
    }
  }
}
