/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.Sha256;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.util.Set;

/**
 * A manifest and the hash of its object, which the next one carries.
 *
 * @param hash SHA-256 of the whole object
 */
record Link(Manifest manifest, String hash) {

  static Link read(SourceId source, long number, byte[] document, Set<SigningKey.Public> trusted) {
    ObjectKey name = VaultLayout.manifest(source, number);
    SignedDocument signed = SignedDocument.parse(name.value(), document);
    Manifest manifest = Json.read(name, signed, trusted, Manifest.class);
    if (!manifest.source().equals(source) || manifest.number() != number) {
      throw new VaultException(
          Reason.DAMAGED,
          name
              + " is not what its name says: it is number "
              + manifest.number()
              + " of "
              + manifest.source());
    }
    if (!manifest.writer().equals(signed.signer())) {
      throw new VaultException(
          Reason.DAMAGED, name + " names " + manifest.writer() + " but is signed by another key");
    }
    if (number == 1 && !manifest.previous().equals(Sha256.ZERO)) {
      throw new VaultException(
          Reason.DAMAGED, name + " is the first but names one before it: the chain was cut");
    }
    return new Link(manifest, Sha256.of(document));
  }

  /** Fails unless this link comes right after {@code before}. */
  void requireAfter(Link before) {
    if (!manifest.previous().equals(before.hash)) {
      throw new VaultException(
          Reason.DAMAGED,
          "the chain of "
              + manifest.source()
              + " is broken: manifest "
              + manifest.number()
              + " does not carry the hash of manifest "
              + before.manifest.number()
              + "; one of the two was replaced");
    }
  }
}
