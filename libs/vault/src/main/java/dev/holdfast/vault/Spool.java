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
import org.jspecify.annotations.Nullable;

/**
 * Ciphertext on its way: in memory while it is small, else in a temporary file, so that a single
 * huge row does not need as much heap. Hashes what passes. Not thread-safe.
 */
final class Spool extends OutputStream implements Content {

  static final long IN_MEMORY = 32L * 1024 * 1024;

  private final long inMemory;
  private final Sha256 hash = new Sha256();
  private Chunks chunks = new Chunks();
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
    chunks.write(bytes, offset, count);
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
    return file == null ? chunks.open() : Files.newInputStream(file);
  }

  /** Drops the bytes. */
  @Override
  public void close() throws IOException {
    closed = true;
    chunks = new Chunks();
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
    try (InputStream soFar = chunks.open()) {
      soFar.transferTo(out);
    }
    chunks = new Chunks();
  }
}
