/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.postgres.base.ChunkSink;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.worker.chain.StoreRetry;
import java.io.IOException;

/** Writes parts of a base into the vault, however long the store is away. */
final class PatientSink {

  private PatientSink() {}

  static ChunkSink into(VaultWriter writer, int epoch, StoreRetry retry) {
    ChunkSink vault = ChunkSink.into(writer, epoch);
    return kind -> new PatientChunk(vault.begin(kind), retry);
  }

  private static final class PatientChunk extends ChunkSink.Chunk {
    private final ChunkSink.Chunk chunk;
    private final StoreRetry retry;

    PatientChunk(ChunkSink.Chunk chunk, StoreRetry retry) {
      this.chunk = chunk;
      this.retry = retry;
    }

    @Override
    public void write(int b) throws IOException {
      chunk.write(b);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      chunk.write(bytes, offset, length);
    }

    @Override
    public long storedBytes() {
      return chunk.storedBytes();
    }

    @Override
    public ObjectRef finish() {
      try {
        return retry.untilStored("storing a part of a base", chunk::finish);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SourceLostException("the base was given up", e);
      }
    }

    @Override
    public void close() {
      chunk.close();
    }
  }
}
