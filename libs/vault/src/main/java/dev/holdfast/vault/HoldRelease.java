/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Ends a legal hold: the payload of a document beside the hold's, which stays.
 *
 * @param releaseReason why
 * @param writer id of the signing key
 */
public record HoldRelease(
    int format,
    SourceId source,
    HoldId hold,
    String releasedBy,
    HoldReason releaseReason,
    String writer,
    Instant at) {

  public HoldRelease {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(hold, "hold");
    Objects.requireNonNull(releasedBy, "releasedBy");
    Objects.requireNonNull(releaseReason, "releaseReason");
    Objects.requireNonNull(writer, "writer");
    Objects.requireNonNull(at, "at");
  }

  byte[] sign(SigningKey signer) {
    return SignedDocument.sign(Json.write(this), signer);
  }

  /**
   * @throws VaultException UNTRUSTED, DAMAGED or TOO_NEW
   */
  static HoldRelease read(ObjectKey name, byte[] document, Set<SigningKey.Public> trusted) {
    HoldRelease release = Json.read(name, document, trusted, HoldRelease.class);
    if (!VaultLayout.sourceOf(name).equals(Optional.of(release.source()))
        || !VaultLayout.holdOf(name).equals(Optional.of(release.hold()))) {
      throw new VaultException(
          Reason.DAMAGED,
          name
              + " is not what its name says: it is of "
              + release.hold()
              + " of "
              + release.source());
    }
    return release;
  }
}
