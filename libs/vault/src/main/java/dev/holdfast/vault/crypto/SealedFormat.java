/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.ObjectKind;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes of a sealed object that writer and reader share; {@code docs/format.md} specifies them. */
final class SealedFormat {

  static final byte FORMAT = 1;
  static final byte COMPRESSION_ZSTD = 1;
  static final byte CIPHER_AES_256_GCM = 1;
  static final int HEADER = 32;
  static final int FRAME_HEADER = 4;

  /** Set in a frame header: this is the last one. */
  static final int FINAL = 0x8000_0000;

  /** Plaintext bytes of the frames that we write. */
  static final int FRAME = 256 * 1024;

  /** Plaintext bytes that a reader accepts in a frame. */
  static final int MAX_FRAME = 1024 * 1024;

  static final byte[] MAGIC = "HOLDFAST".getBytes(StandardCharsets.US_ASCII);

  private SealedFormat() {}

  static byte code(ObjectKind kind) {
    return switch (kind) {
      case SEGMENT -> 1;
      case ROWS -> 2;
      case BASE_INDEX -> 3;
      case SCHEMA -> 4;
      case ROLES -> 5;
      case LARGE_OBJECTS -> 6;
      case CONTENT -> 7;
    };
  }

  static byte[] header(ObjectKind kind, byte[] dataKey) {
    return ByteBuffer.allocate(HEADER)
        .put(MAGIC)
        .put(FORMAT)
        .put(code(kind))
        .put(COMPRESSION_ZSTD)
        .put(CIPHER_AES_256_GCM)
        .putInt(0)
        .put(dataKey)
        .array();
  }

  static String dataKeyOf(byte[] header) {
    return HexFormat.of().formatHex(header, 16, HEADER);
  }

  static byte[] nonce(long frame) {
    return ByteBuffer.allocate(AesGcm.NONCE).putInt(0).putLong(frame).array();
  }

  /** Header, object name, then frame number and final flag, which {@link #associate} sets. */
  static byte[] associated(byte[] header, String name) {
    byte[] text = name.getBytes(StandardCharsets.US_ASCII);
    byte[] associated = Arrays.copyOf(header, HEADER + 9 + text.length);
    System.arraycopy(text, 0, associated, HEADER + 9, text.length);
    return associated;
  }

  static void associate(byte[] associated, long frame, boolean last) {
    ByteBuffer.wrap(associated, HEADER, 9).putLong(frame).put((byte) (last ? 1 : 0));
  }
}
