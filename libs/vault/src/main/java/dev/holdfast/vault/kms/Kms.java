/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.kms;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.store.StoreException;
import java.time.Instant;
import java.util.Map;

/**
 * Holds keys that never leave it. What was encrypted under a context is decrypted only under the
 * same context. Blocking, safe for many threads.
 *
 * <p>A service that does not answer is a {@link StoreException} UNAVAILABLE; one that refuses is a
 * {@link VaultException} that names the key and the right that is missing.
 */
public interface Kms extends AutoCloseable {

  /** The right that a writer has, and the only one. */
  byte[] encrypt(KmsKey key, byte[] plaintext, Map<String, String> context);

  /**
   * The right that only the recovery side has.
   *
   * @throws VaultException WRONG_KEY when the service refuses; DAMAGED when the bytes or the
   *     context are not those of an encryption under this key
   */
  byte[] decrypt(KmsKey key, byte[] ciphertext, Map<String, String> context);

  /**
   * Destroys the key after a time in which that can still be taken back; from now on it decrypts
   * nothing. A key whose deletion is scheduled already stays as it is.
   *
   * @param days 7 to 30
   * @return when it is destroyed for good
   */
  Instant scheduleDeletion(KmsKey key, int days);

  @Override
  void close();
}
