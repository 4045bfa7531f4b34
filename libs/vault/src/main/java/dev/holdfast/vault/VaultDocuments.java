/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.model.SourceId;
import dev.holdfast.vault.chain.Manifest;

/** What a vault's small documents say, once their signature was verified. */
public final class VaultDocuments {

  /**
   * What a key object says of itself.
   *
   * @param id of the data key
   */
  public record KeyClaims(SourceId source, String id) {}

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
}
