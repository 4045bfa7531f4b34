/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/** Encrypts one object into frames. Closing it writes the last frame; not thread-safe. */
public final class SealingOutputStream extends OutputStream {

  private final OutputStream out;
  private final AesGcm cipher = AesGcm.create();
  private final byte[] key;
  private final byte[] associated;
  private final byte[] plain = new byte[SealedFormat.FRAME];
  private final byte[] sealed =
      new byte[SealedFormat.FRAME_HEADER + SealedFormat.FRAME + AesGcm.TAG];
  private int filled;
  private long frame;
  private boolean ended;
  private boolean abandoned;

  /**
   * @param name the object's key, to which the ciphertext is bound
   */
  public SealingOutputStream(OutputStream out, DataKey dataKey, ObjectKind kind, ObjectKey name)
      throws IOException {
    this.out = out;
    byte[] header = SealedFormat.header(kind, dataKey.idBytes());
    this.key = dataKey.objectKey(SealedFormat.code(kind), name.value());
    this.associated = SealedFormat.associated(header, name.value());
    out.write(header);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (abandoned) {
      return; // what the compressor still has to say
    }
    if (ended) {
      throw new IOException("the object is complete");
    }
    int from = offset;
    int left = length;
    while (left > 0) {
      if (filled == plain.length) {
        seal(false);
      }
      int part = Math.min(left, plain.length - filled);
      System.arraycopy(bytes, from, plain, filled, part);
      filled += part;
      from += part;
      left -= part;
    }
  }

  /** Bytes that wait for their frame to fill. */
  public int pending() {
    return filled;
  }

  private void seal(boolean last) throws IOException {
    ByteBuffer.wrap(sealed).putInt(last ? filled | SealedFormat.FINAL : filled);
    SealedFormat.associate(associated, frame, last);
    try {
      int length =
          cipher.seal(
              key,
              SealedFormat.nonce(frame),
              associated,
              plain,
              0,
              filled,
              sealed,
              SealedFormat.FRAME_HEADER);
      out.write(sealed, 0, SealedFormat.FRAME_HEADER + length);
    } catch (GeneralSecurityException e) {
      throw new IOException("AES-256-GCM does not work here", e);
    }
    frame++;
    filled = 0;
  }

  /** Writes the last frame and wipes the key; does not close the stream below. */
  @Override
  public void close() throws IOException {
    if (!ended) {
      ended = true;
      try {
        seal(true);
      } finally {
        wipe();
      }
    }
  }

  /** Gives the object up: wipes the key, writes no last frame and drops what is still written. */
  public void abandon() {
    ended = true;
    abandoned = true;
    wipe();
  }

  private void wipe() {
    Bytes.wipe(key);
    Bytes.wipe(plain);
  }
}
