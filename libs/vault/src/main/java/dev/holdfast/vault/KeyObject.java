/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.crypto.WrappedKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A data key, wrapped to each recipient: the payload of a key object. The writer's own has the data
 * key's id as its name; further ones, of a custodian, a random part behind it.
 *
 * @param id of the data key, derived from it
 * @param writer id of the signing key
 */
record KeyObject(
    int format,
    SourceId source,
    String id,
    String writer,
    Instant at,
    List<WrappedKey> recipients) {

  KeyObject {
    recipients = List.copyOf(recipients);
  }

  /**
   * @param name of the key object, to which the wrapping is bound
   */
  static byte[] write(
      ObjectKey name,
      DataKey dataKey,
      SourceId source,
      List<Recipient> recipients,
      SigningKey signer,
      Instant at) {
    KeyObject payload =
        new KeyObject(
            Manifest.FORMAT,
            source,
            dataKey.id(),
            signer.publicKey().id(),
            at,
            recipients.stream().map(recipient -> recipient.wrap(dataKey, name.value())).toList());
    return SignedDocument.sign(Json.write(payload), signer);
  }

  /**
   * @throws VaultException UNTRUSTED, DAMAGED or TOO_NEW
   */
  static KeyObject read(ObjectKey name, byte[] document, Set<SigningKey.Public> trusted) {
    KeyObject key = Json.read(name, document, trusted, KeyObject.class);
    if (!VaultLayout.sourceOf(name).equals(Optional.of(key.source()))
        || !VaultLayout.dataKeyOf(name).equals(Optional.of(key.id()))) {
      throw new VaultException(
          Reason.DAMAGED,
          name + " is not what its name says: it holds " + key.id() + " of " + key.source());
    }
    return key;
  }

  /** The data key; empty when it is not wrapped to {@code identity}. */
  Optional<DataKey> unwrap(ObjectKey name, Identity identity) {
    return recipients.stream()
        .flatMap(entry -> identity.unwrap(entry, id, name.value()).stream())
        .findFirst();
  }
}
