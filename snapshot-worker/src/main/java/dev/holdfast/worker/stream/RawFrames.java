/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.stream;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Packs raw pgoutput messages into one byte string, each behind its length (4 bytes, big-endian).
 *
 * <p>A pack holds messages of one transaction; the last pack of a transaction ends with its commit.
 */
public final class RawFrames {

  /** Prefix that marks our packs among Debezium's logical decoding messages. */
  public static final String PREFIX = "holdfast.raw";

  /** A pack is handed on when it holds this many bytes, or a commit. */
  public static final int PACK_BYTES = 64 * 1024;

  private RawFrames() {}

  /** Calls {@code each} with every message of a pack: a view that is valid during the call. */
  public static void forEach(ByteBuffer pack, Consumer<ByteBuffer> each) {
    ByteBuffer rest = pack.slice();
    while (rest.hasRemaining()) {
      int length = rest.getInt();
      each.accept(rest.slice(rest.position(), length));
      rest.position(rest.position() + length);
    }
  }

  /** Collects messages until they are taken. */
  public static final class Packer {

    private byte[] bytes = new byte[4096];
    private int size;

    /** Adds the buffer's remaining bytes; its position stays. */
    public void add(ByteBuffer message) {
      int length = message.remaining();
      int needed = Math.addExact(size, length + 4);
      if (needed > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(needed, Math.min(bytes.length * 2, PACK_BYTES * 2)));
      }
      ByteBuffer.wrap(bytes).putInt(size, length);
      message.get(message.position(), bytes, size + 4, length);
      size = needed;
    }

    public boolean full() {
      return size >= PACK_BYTES;
    }

    /** The pack so far; the next one starts empty. */
    public byte[] take() {
      // A huge row is handed on as it is: every copy of it counts.
      boolean huge = bytes.length > PACK_BYTES * 4;
      byte[] pack = huge && size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
      size = 0;
      if (huge) {
        bytes = new byte[4096];
      }
      return pack;
    }
  }
}
