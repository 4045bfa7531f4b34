/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.chain.Manifest;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The object that makes a place a vault and says which format it has. */
final class Marker {

  private static final byte[] CONTENT =
      ("{\"holdfast\":\"vault\",\"format\":" + Manifest.FORMAT + "}\n")
          .getBytes(StandardCharsets.US_ASCII);

  private Marker() {}

  static byte[] content() {
    return CONTENT.clone();
  }

  /** Makes the place a vault unless it is one. */
  static void ensure(StoredObjects objects) {
    Optional<byte[]> marker = objects.read(VaultLayout.marker());
    if (marker.isPresent()) {
      Json.checkFormat(objects.name(VaultLayout.marker()), marker.get());
    } else if (!objects.put(VaultLayout.marker(), CONTENT)) {
      ensure(objects);
    }
  }

  /** Fails unless the place is a vault of a format known here. */
  static void require(StoredObjects objects) {
    Optional<byte[]> marker = objects.read(VaultLayout.marker());
    if (marker.isEmpty()) {
      throw new VaultException(
          VaultException.Reason.NOT_FOUND,
          "there is no vault in "
              + objects.describe()
              + " (no "
              + VaultLayout.marker()
              + "); check bucket, prefix or folder of the vault url");
    }
    Json.checkFormat(objects.name(VaultLayout.marker()), marker.get());
  }
}
