/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.ObjectKind;
import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.store.ObjectKey;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts one object, frame by frame; hands out no byte of a frame before the frame is
 * authenticated, and ends only after the frame that says it is the last. Damage is a {@link
 * VaultException}. Not thread-safe.
 */
public final class OpeningInputStream extends InputStream {

  private final InputStream in;
  private final String name;
  private final AesGcm cipher = AesGcm.create();
  private final byte[] key;
  private final byte[] associated;
  private byte[] sealed = new byte[0];
  private byte[] plain = new byte[0];
  private int position;
  private int limit;
  private long frame;
  private boolean last;

  private OpeningInputStream(InputStream in, String name, byte[] key, byte[] associated) {
    this.in = in;
    this.name = name;
    this.key = key;
    this.associated = associated;
  }

  /**
   * @param kind and {@code name} that the object must be
   * @throws VaultException DAMAGED when it is another one, TOO_NEW when its format is
   */
  public static OpeningInputStream open(
      InputStream in, DataKey dataKey, ObjectKind kind, ObjectKey name) throws IOException {
    byte[] header = in.readNBytes(SealedFormat.HEADER);
    if (header.length < SealedFormat.HEADER
        || !Arrays.equals(
            header,
            0,
            SealedFormat.MAGIC.length,
            SealedFormat.MAGIC,
            0,
            SealedFormat.MAGIC.length)) {
      throw damaged(name.value(), "it does not begin as an object of a vault");
    }
    requireKnown(name, "format", header[8], SealedFormat.FORMAT);
    requireKnown(name, "compression", header[10], SealedFormat.COMPRESSION_ZSTD);
    requireKnown(name, "cipher", header[11], SealedFormat.CIPHER_AES_256_GCM);
    if (!Arrays.equals(header, SealedFormat.header(kind, dataKey.idBytes()))) {
      throw damaged(name.value(), "its header is not that of a " + kind + " under " + dataKey.id());
    }
    return new OpeningInputStream(
        in,
        name.value(),
        dataKey.objectKey(SealedFormat.code(kind), name.value()),
        SealedFormat.associated(header, name.value()));
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
  }

  @Override
  public int read(byte @Nullable [] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, Objects.requireNonNull(bytes).length);
    if (length == 0) {
      return 0;
    }
    while (position == limit) {
      if (last) {
        return -1;
      }
      nextFrame();
    }
    int part = Math.min(length, limit - position);
    System.arraycopy(plain, position, bytes, offset, part);
    position += part;
    return part;
  }

  private void nextFrame() throws IOException {
    byte[] head = in.readNBytes(SealedFormat.FRAME_HEADER);
    if (head.length < SealedFormat.FRAME_HEADER) {
      throw damaged(name, "it is cut off after frame " + frame);
    }
    int word = ByteBuffer.wrap(head).getInt();
    boolean isLast = (word & SealedFormat.FINAL) != 0;
    int length = word & ~SealedFormat.FINAL;
    if (length > SealedFormat.MAX_FRAME) {
      throw damaged(name, "frame " + frame + " says it has " + length + " bytes");
    }
    reserve(length);
    if (in.readNBytes(sealed, 0, length + AesGcm.TAG) < length + AesGcm.TAG) {
      throw damaged(name, "it is cut off within frame " + frame);
    }
    SealedFormat.associate(associated, frame, isLast);
    try {
      cipher.open(
          key, SealedFormat.nonce(frame), associated, sealed, 0, length + AesGcm.TAG, plain, 0);
    } catch (GeneralSecurityException e) {
      throw new VaultException(
          Reason.DAMAGED, name + " is damaged: frame " + frame + " is not authentic", e);
    }
    if (isLast && in.read() >= 0) {
      throw damaged(name, "bytes follow its last frame");
    }
    position = 0;
    limit = length;
    last = isLast;
    frame++;
  }

  private void reserve(int length) {
    if (plain.length < length || sealed.length < length + AesGcm.TAG) {
      Bytes.wipe(plain);
      int size = Math.max(length, Math.min(SealedFormat.FRAME, SealedFormat.MAX_FRAME));
      plain = new byte[size];
      sealed = new byte[size + AesGcm.TAG];
    }
  }

  /** Wipes the key and what is left of the plaintext, and closes the stream below. */
  @Override
  public void close() throws IOException {
    last = true;
    limit = position;
    Bytes.wipe(key);
    Bytes.wipe(plain);
    in.close();
  }

  private static void requireKnown(ObjectKey name, String what, byte code, byte newest) {
    if (Byte.toUnsignedInt(code) > newest) {
      throw new VaultException(
          Reason.TOO_NEW,
          name + " has " + what + " " + Byte.toUnsignedInt(code) + "; use a newer Holdfast");
    }
  }

  private static VaultException damaged(String name, String how) {
    return new VaultException(Reason.DAMAGED, name + " is damaged: " + how);
  }
}
