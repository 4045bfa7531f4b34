/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Says which objects stand in for others that the chain names: the payload of a replacement
 * document.
 *
 * @param dataKey id of the data key that the replaced objects were encrypted under
 * @param writer id of the custodian's signing key
 */
record Replacement(
    int format, SourceId source, String dataKey, String writer, Instant at, List<Pair> objects) {

  /** The old object's key, and the object that holds the same plaintext. */
  record Pair(ObjectKey old, @JsonProperty("new") ObjectRef replacement) {}

  Replacement {
    objects = List.copyOf(objects);
  }

  static byte[] write(
      SourceId source, String dataKey, List<Pair> objects, SigningKey custodian, Instant at) {
    return SignedDocument.sign(
        Json.write(
            new Replacement(
                Manifest.FORMAT, source, dataKey, custodian.publicKey().id(), at, objects)),
        custodian);
  }

  /**
   * @throws VaultException UNTRUSTED, DAMAGED or TOO_NEW
   */
  static Replacement read(ObjectKey name, byte[] document, Set<SigningKey.Public> trusted) {
    Replacement replacement = Json.read(name, document, trusted, Replacement.class);
    Optional<SourceId> source = VaultLayout.sourceOf(name);
    boolean fits =
        replacement.objects().stream()
            .allMatch(
                pair ->
                    VaultLayout.sourceOf(pair.old()).equals(source)
                        && VaultLayout.sourceOf(pair.replacement().key()).equals(source));
    if (!fits || !source.equals(Optional.of(replacement.source()))) {
      throw new VaultException(
          Reason.DAMAGED, name + " is not what its name says: it is of another source");
    }
    return replacement;
  }
}
