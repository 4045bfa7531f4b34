/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.store.Content;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Ciphertext on its way: in memory while it is small, else in a temporary file, so that a single
 * huge row does not need as much heap. Hashes what passes. Not thread-safe.
 */
final class Spool extends OutputStream implements Content {

  static final long IN_MEMORY = 64L * 1024 * 1024;
  private static final int CHUNK = 256 * 1024;

  private final long inMemory;
  private final Sha256 hash = new Sha256();
  private final List<byte[]> chunks = new ArrayList<>();
  private int filledOfLast;
  private long length;
  private @Nullable Path file;
  private @Nullable OutputStream toFile;
  private boolean closed;

  Spool(long inMemory) {
    this.inMemory = inMemory;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    if (closed) {
      throw new IOException("this object was abandoned or is complete");
    }
    hash.update(bytes, offset, count);
    if (toFile == null && length + count > inMemory) {
      spill();
    }
    length += count;
    if (toFile != null) {
      toFile.write(bytes, offset, count);
      return;
    }
    int from = offset;
    int left = count;
    while (left > 0) {
      if (chunks.isEmpty() || filledOfLast == CHUNK) {
        chunks.add(new byte[CHUNK]);
        filledOfLast = 0;
      }
      int part = Math.min(left, CHUNK - filledOfLast);
      System.arraycopy(bytes, from, chunks.getLast(), filledOfLast, part);
      filledOfLast += part;
      from += part;
      left -= part;
    }
  }

  /** Ends writing; from now on it is content. */
  String finish() throws IOException {
    if (toFile != null) {
      toFile.close();
    }
    closed = true;
    return hash.finish();
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public InputStream open() throws IOException {
    return file == null ? new Chunks() : Files.newInputStream(file);
  }

  /** Drops the bytes. */
  @Override
  public void close() throws IOException {
    closed = true;
    chunks.clear();
    if (toFile != null) {
      toFile.close();
    }
    if (file != null) {
      Files.deleteIfExists(file);
    }
  }

  private void spill() throws IOException {
    Path created = Files.createTempFile("holdfast-", ".sealed");
    file = created;
    OutputStream out = Files.newOutputStream(created);
    toFile = out;
    try (InputStream soFar = new Chunks()) {
      soFar.transferTo(out);
    }
    chunks.clear();
  }

  private final class Chunks extends InputStream {
    private final List<byte[]> all = List.copyOf(chunks);
    private final long end = length;
    private long position;

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
      int at = (int) (position % CHUNK);
      int part = (int) Math.min(Math.min(count, CHUNK - at), end - position);
      System.arraycopy(all.get((int) (position / CHUNK)), at, bytes, offset, part);
      position += part;
      return part;
    }
  }
}
