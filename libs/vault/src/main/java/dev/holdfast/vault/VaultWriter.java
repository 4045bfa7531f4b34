/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Writes one source's objects and is the only writer of its chain. {@link #begin} and {@link
 * Body#finish} may run on several threads; {@link #append} is serialised.
 */
public final class VaultWriter implements AutoCloseable {

  private VaultWriter() {}

  /** Reads and verifies the chain's head, then creates and stores a new wrapped data key. */
  public static VaultWriter open(
      ObjectStore store,
      SourceId source,
      List<Recipient> recipients,
      SigningKey signer,
      InstantSource clock) {
    throw new UnsupportedOperationException();
  }

  /** The newest manifest; empty when the chain has none yet. */
  public Optional<Manifest> head() {
    throw new UnsupportedOperationException();
  }

  /** Begins an object, compressed at zstd level 3. */
  public Body begin(ObjectKind kind, int epoch) {
    return begin(kind, epoch, 3);
  }

  /**
   * @param level zstd level, 1 (fastest) to 19
   */
  public Body begin(ObjectKind kind, int epoch, int level) {
    throw new UnsupportedOperationException();
  }

  /**
   * Takes the next number of the chain. After a {@link dev.holdfast.vault.store.StoreException} the
   * outcome is unknown: append an equal entry again, or close this writer and open a new one;
   * another entry is refused until then.
   *
   * @throws VaultException FENCED when another writer has the number; every later call too
   */
  public Manifest append(ChainEntry entry) {
    throw new UnsupportedOperationException();
  }

  /** Wipes the data key. Objects not finished can no longer be. */
  @Override
  public void close() {}

  /**
   * One object being written: plaintext in, compressed and encrypted in memory. Not thread-safe.
   */
  public static final class Body extends OutputStream {

    Body() {}

    @Override
    public void write(int b) throws IOException {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      throw new UnsupportedOperationException();
    }

    /** Bytes that would be stored so far; lags behind by what the compressor holds back. */
    public long storedBytes() {
      throw new UnsupportedOperationException();
    }

    /** Bytes written so far. */
    public long plainBytes() {
      throw new UnsupportedOperationException();
    }

    /** Uploads the object under a random name. After a StoreException it may be called again. */
    public ObjectRef finish() {
      throw new UnsupportedOperationException();
    }

    /** Abandons the object unless {@link #finish} returned. */
    @Override
    public void close() {}
  }
}
