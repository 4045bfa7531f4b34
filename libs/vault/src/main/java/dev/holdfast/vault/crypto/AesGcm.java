/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.bouncycastle.crypto.CryptoServicesRegistrar;
import org.bouncycastle.crypto.NativeServices;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * AES-256-GCM by Bouncy Castle's native code, which is at full speed from the first byte, or by
 * Java's own where that code is missing or computes anything else than Java does. One instance
 * serves one thread at a time.
 */
public abstract sealed class AesGcm permits BouncyAesGcm, JavaAesGcm {

  static final int TAG = 16;
  static final int NONCE = 12;

  private static final Logger LOG = LoggerFactory.getLogger(AesGcm.class);

  /** Chosen once in a process, when it first encrypts or decrypts. */
  private static final class Choice {
    static final boolean BOUNCY;
    static final String DESCRIPTION;

    static {
      String why = whyNotBouncy();
      BOUNCY = why.isEmpty();
      if (BOUNCY) {
        DESCRIPTION =
            "Bouncy Castle LTS, native " + CryptoServicesRegistrar.getNativeServices().getVariant();
        LOG.info("AES-256-GCM by {}", DESCRIPTION);
      } else {
        DESCRIPTION = "Java (" + why + ")";
        LOG.warn("AES-256-GCM by {}", DESCRIPTION);
      }
    }
  }

  AesGcm() {}

  static AesGcm create() {
    return Choice.BOUNCY ? new BouncyAesGcm() : new JavaAesGcm();
  }

  /** For reports: which implementation encrypts and decrypts here, and why not the faster one. */
  public static String describe() {
    return Choice.DESCRIPTION;
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

  private static String whyNotBouncy() {
    try {
      if (!CryptoServicesRegistrar.hasEnabledService(NativeServices.AES_GCM)) {
        return "Bouncy Castle has no native AES-GCM for this machine";
      }
      return agree(new BouncyAesGcm(), new JavaAesGcm())
          ? ""
          : "Bouncy Castle's native AES-GCM computes something else than Java's";
    } catch (GeneralSecurityException | RuntimeException | LinkageError e) {
      return "Bouncy Castle's native code does not work here: " + e;
    }
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
