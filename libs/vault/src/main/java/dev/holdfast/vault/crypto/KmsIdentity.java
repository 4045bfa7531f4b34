/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.crypto;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.kms.Kms;
import dev.holdfast.vault.kms.KmsKey;
import java.util.Optional;
import java.util.Set;

/** A KMS key under which the recovery side's credentials may decrypt. Holds no key itself. */
public final class KmsIdentity implements Identity {

  private final KmsKey key;
  private final Kms kms;
  private final Set<SigningKey.Public> signers;

  public KmsIdentity(KmsKey key, Kms kms, Set<SigningKey.Public> signers) {
    this.key = key;
    this.kms = kms;
    this.signers = Set.copyOf(signers);
  }

  public KmsKey key() {
    return key;
  }

  @Override
  public boolean isFor(WrappedKey entry) {
    return entry.kms().isPresent() && entry.recipient().equals(KmsRecipient.id(key));
  }

  @Override
  public Optional<DataKey> unwrap(WrappedKey entry, String id, String context) {
    if (!isFor(entry)) {
      return Optional.empty();
    }
    return Optional.of(
        DataKey.unwrapped(
            id,
            context,
            describe(),
            () -> kms.decrypt(key, entry.wrappedBytes(), KmsRecipient.encryptionContext(context))));
  }

  @Override
  public Set<SigningKey.Public> trustedSigners() {
    return signers;
  }

  @Override
  public KmsIdentity trusting(Set<SigningKey.Public> signers) {
    return new KmsIdentity(key, kms, signers);
  }

  /**
   * Schedules the key's deletion.
   *
   * @throws VaultException WRONG_KEY when these credentials may not
   */
  public java.time.Instant scheduleDeletion(int days) {
    return kms.scheduleDeletion(key, days);
  }

  @Override
  public String describe() {
    return "KMS key " + key;
  }

  @Override
  public void close() {
    kms.close();
  }

  @Override
  public String toString() {
    return describe();
  }
}
