/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.DataKey;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A data key, wrapped to each recipient: the payload of a key object.
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
    List<DataKey.Wrapped> recipients) {

  KeyObject {
    recipients = List.copyOf(recipients);
  }

  static byte[] write(
      DataKey dataKey, SourceId source, List<Recipient> recipients, SigningKey signer, Instant at) {
    String name = VaultLayout.keyObject(source, dataKey.id()).value();
    KeyObject payload =
        new KeyObject(
            dev.holdfast.vault.chain.Manifest.FORMAT,
            source,
            dataKey.id(),
            signer.publicKey().id(),
            at,
            recipients.stream().map(recipient -> dataKey.wrapTo(recipient, name)).toList());
    return SignedDocument.sign(Json.write(payload), signer);
  }

  /**
   * @throws VaultException UNTRUSTED, DAMAGED or TOO_NEW
   */
  static KeyObject read(
      SourceId source, String id, byte[] document, Set<SigningKey.Public> trusted) {
    ObjectKey name = VaultLayout.keyObject(source, id);
    SignedDocument signed = SignedDocument.parse(name.value(), document);
    Json.checkFormat(name.value(), signed.unverifiedPayload());
    KeyObject key =
        Json.read(name.value(), signed.verified(name.value(), trusted), KeyObject.class);
    if (!key.source().equals(source) || !key.id().equals(id)) {
      throw new VaultException(
          Reason.DAMAGED,
          name + " is not what its name says: it holds " + key.id() + " of " + key.source());
    }
    return key;
  }

  /**
   * @throws VaultException WRONG_KEY when it is not wrapped to {@code identity}
   */
  DataKey unwrap(Identity identity) {
    String name = VaultLayout.keyObject(source, id).value();
    String mine = identity.recipient().id();
    DataKey.Wrapped wrapped =
        recipients.stream()
            .filter(each -> each.recipient().equals(mine))
            .findFirst()
            .orElseThrow(
                () ->
                    new VaultException(
                        Reason.WRONG_KEY,
                        "this identity ("
                            + mine
                            + ") cannot open "
                            + name
                            + ": it is encrypted to "
                            + recipients.stream()
                                .map(DataKey.Wrapped::recipient)
                                .collect(Collectors.joining(", "))
                            + "; use the identity file of one of those"));
    return DataKey.unwrap(wrapped, id, name, identity);
  }
}
