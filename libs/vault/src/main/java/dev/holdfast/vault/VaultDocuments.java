/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SignedDocument;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a vault's small documents say, once their signature was verified. */
public final class VaultDocuments {

  /**
   * What a key object says of itself.
   *
   * @param id of the data key
   */
  public record KeyClaims(SourceId source, String id) {}

  /**
   * What an index says of itself.
   *
   * @param key where it belongs
   * @param pack the manifests of its slice in one object; only an hour's has one
   */
  public record IndexClaims(ObjectKey key, Optional<PackClaims> pack) {}

  /** What an index says of its pack. */
  public record PackClaims(ObjectKey key, long size, String sha256) {}

  /**
   * Which manifests a pack holds, as its name says.
   *
   * @param first number of the first
   * @param last number of the last
   */
  public record Packed(ObjectKey key, long first, long last) {}

  private VaultDocuments() {}

  /** The marker's bytes. */
  public static byte[] marker() {
    return Marker.content();
  }

  /**
   * @param name for messages
   * @throws VaultException TOO_NEW or DAMAGED
   */
  public static Manifest manifest(String name, byte[] payload) {
    return Json.read(name, payload, Manifest.class);
  }

  /**
   * @param name for messages
   * @throws VaultException TOO_NEW or DAMAGED
   */
  public static KeyClaims key(String name, byte[] payload) {
    KeyObject key = Json.read(name, payload, KeyObject.class);
    return new KeyClaims(key.source(), key.id());
  }

  /**
   * @param name for messages
   * @throws VaultException TOO_NEW or DAMAGED
   */
  public static IndexClaims index(String name, byte[] payload) {
    ChainIndex index = Json.read(name, payload, ChainIndex.class);
    return new IndexClaims(
        VaultLayout.index(index.source(), index.span(), index.slice()),
        index
            .pack()
            .map(
                pack ->
                    new PackClaims(
                        VaultLayout.pack(index.source(), index.slice()),
                        pack.size(),
                        pack.sha256())));
  }

  /**
   * Fails unless a document that no manifest names can be read: one that replaces objects must have
   * its form, and none may be newer.
   *
   * @param document as it is stored, its signature verified
   * @throws VaultException TOO_NEW or DAMAGED
   */
  public static void requireReadable(
      ObjectKey key, byte[] document, Set<SigningKey.Public> trusted) {
    Json.checkFormat(key.value(), SignedDocument.parse(key.value(), document).unverifiedPayload());
    if (SignedKind.isReplacement(key)) {
      Replacement _ = Replacement.read(key, document, trusted);
    }
  }

  /** Whether {@code key} has the form of an index's name. */
  public static boolean isIndex(ObjectKey key) {
    return VaultLayout.slice(key).isPresent() && key.value().endsWith(".json");
  }

  /** The pack that {@code key} names; empty when it has not the form of a pack's name. */
  public static Optional<Packed> packed(ObjectKey key) {
    return VaultLayout.slice(key)
        .filter(slice -> key.value().endsWith(".zst"))
        .map(slice -> new Packed(key, slice.first(), slice.last()));
  }

  /**
   * The manifests of a pack, as they are stored, in order; none of them is verified.
   *
   * @param name for messages
   * @throws VaultException DAMAGED
   */
  public static List<byte[]> unpack(String name, byte[] pack) {
    return ChainPack.documents(name, pack);
  }
}
