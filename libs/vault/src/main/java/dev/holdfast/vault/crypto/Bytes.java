/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Joins and wipes byte arrays. */
final class Bytes {

  private Bytes() {}

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  static void wipe(byte[] secret) {
    Arrays.fill(secret, (byte) 0);
  }
}
