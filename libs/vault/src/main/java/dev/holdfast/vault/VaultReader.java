/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.InputStream;
import java.util.List;
import java.util.Set;

/** Reads a vault and believes nothing that is not signed, chained and hashed. Thread-safe. */
public final class VaultReader {

  private VaultReader() {}

  /**
   * @throws VaultException NOT_FOUND when there is no vault, TOO_NEW when its format is newer
   */
  public static VaultReader open(ObjectStore store, Set<SigningKey.Public> trustedSigners) {
    throw new UnsupportedOperationException();
  }

  /** Sources that have a chain, in order of their ids. */
  public List<SourceId> sources() {
    throw new UnsupportedOperationException();
  }

  /** Number of the newest manifest; 0 when there is none. */
  public long head(SourceId source) {
    throw new UnsupportedOperationException();
  }

  /** The whole chain, verified. */
  public List<Manifest> chain(SourceId source) {
    return chain(source, 0);
  }

  /**
   * The manifests with a number greater than {@code after}, in order; signatures and hash chain
   * verified, the link to manifest {@code after} included.
   */
  public List<Manifest> chain(SourceId source, long after) {
    throw new UnsupportedOperationException();
  }

  /**
   * The object's plaintext. Nothing is handed out before the stored bytes were verified.
   *
   * @throws VaultException MISSING, DAMAGED, WRONG_KEY or TOO_NEW, naming the object
   */
  public InputStream open(ObjectRef object, Identity identity) {
    throw new UnsupportedOperationException();
  }

  /**
   * Compares the stored bytes with the reference's size and SHA-256; needs no private key.
   *
   * @throws VaultException MISSING or DAMAGED, naming the object
   */
  public void check(ObjectRef object) {
    throw new UnsupportedOperationException();
  }
}
