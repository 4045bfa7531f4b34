/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;

/**
 * Says that what a restore needs is held, who asked for it and why: the payload of a legal hold's
 * document. It is in force until a {@link HoldRelease} says otherwise.
 *
 * @param target the moment as it was asked for, for people
 * @param writer id of the signing key
 * @param at when it was placed
 */
public record HoldRecord(
    int format,
    SourceId source,
    HoldId hold,
    HoldName name,
    HoldReason reason,
    String requestedBy,
    String target,
    String writer,
    Instant at,
    HoldScope scope) {

  public HoldRecord {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(hold, "hold");
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(requestedBy, "requestedBy");
    Objects.requireNonNull(target, "target");
    Objects.requireNonNull(writer, "writer");
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(scope, "scope");
  }

  static HoldRecord of(LegalHolds.Order order, HoldScope scope, SigningKey by, Instant at) {
    return new HoldRecord(
        Manifest.FORMAT,
        order.source(),
        order.hold(),
        order.name(),
        order.reason(),
        order.requestedBy(),
        order.target(),
        by.publicKey().id(),
        at,
        scope);
  }

  ObjectKey key() {
    return VaultLayout.hold(source, hold);
  }

  byte[] sign(SigningKey signer) {
    return SignedDocument.sign(Json.write(this), signer);
  }

  /**
   * @throws VaultException UNTRUSTED, DAMAGED or TOO_NEW
   */
  static HoldRecord read(ObjectKey name, byte[] document, Set<SigningKey.Public> trusted) {
    HoldRecord record = Json.read(name, document, trusted, HoldRecord.class);
    if (!record.key().equals(name)) {
      throw new VaultException(
          Reason.DAMAGED, name + " is not what its name says: it is " + record.key());
    }
    return record;
  }
}
