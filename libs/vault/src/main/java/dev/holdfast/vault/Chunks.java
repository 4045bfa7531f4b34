/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Bytes in memory that grow in steps, without being copied. Not thread-safe while written. */
final class Chunks extends OutputStream implements Content {

  private static final int STEP = 256 * 1024;

  private final List<byte[]> chunks = new ArrayList<>();
  private int filledOfLast;
  private long length;

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) {
    int from = offset;
    int left = count;
    while (left > 0) {
      if (chunks.isEmpty() || filledOfLast == STEP) {
        chunks.add(new byte[STEP]);
        filledOfLast = 0;
      }
      int part = Math.min(left, STEP - filledOfLast);
      System.arraycopy(bytes, from, chunks.getLast(), filledOfLast, part);
      filledOfLast += part;
      from += part;
      left -= part;
    }
    length += count;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public InputStream open() {
    return new Reading(List.copyOf(chunks), length);
  }

  /** The same bytes in a new temporary file. */
  Content spilled(Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        InputStream in = open()) {
      in.transferTo(out);
    }
    long size = length;
    return new Content() {
      @Override
      public long length() {
        return size;
      }

      @Override
      public InputStream open() throws IOException {
        return Files.newInputStream(file);
      }
    };
  }

  private static final class Reading extends InputStream {
    private final List<byte[]> all;
    private final long end;
    private long position;

    Reading(List<byte[]> all, long end) {
      this.all = all;
      this.end = end;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) {
      if (count == 0) {
        return 0;
      }
      if (position == end) {
        return -1;
      }
      int at = (int) (position % STEP);
      int part = (int) Math.min(Math.min(count, STEP - at), end - position);
      System.arraycopy(all.get((int) (position / STEP)), at, bytes, offset, part);
      position += part;
      return part;
    }
  }
}
