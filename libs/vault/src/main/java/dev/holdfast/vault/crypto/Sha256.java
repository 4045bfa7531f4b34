/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256, printed as 64 lower-case hexadecimal digits. */
public final class Sha256 {

  /** What a chain's first manifest names as the one before it. */
  public static final String ZERO = "0".repeat(64);

  private final MessageDigest digest = newDigest();

  public static String of(byte[] bytes) {
    return HexFormat.of().formatHex(newDigest().digest(bytes));
  }

  public void update(byte[] bytes, int offset, int length) {
    digest.update(bytes, offset, length);
  }

  /** The hash of everything so far; starts again from nothing. */
  public String finish() {
    return HexFormat.of().formatHex(digest.digest());
  }

  static MessageDigest newDigest() {
    return newDigest("SHA-256");
  }

  static MessageDigest newDigest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no " + algorithm, e);
    }
  }
}
