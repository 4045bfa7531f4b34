/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import dev.holdfast.vault.store.ObjectKey;
import java.util.Objects;

/**
 * Names one encrypted object and pins its bytes.
 *
 * @param key where it is, relative to the vault
 * @param size stored bytes
 * @param sha256 of the stored bytes, 64 hexadecimal digits
 * @param dataKey id of the key object that holds its wrapped data key
 */
public record ObjectRef(ObjectKey key, ObjectKind kind, long size, String sha256, String dataKey) {

  public ObjectRef {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(kind, "kind");
    if (size < 0) {
      throw new IllegalArgumentException("size " + size + " of " + key + " must not be negative");
    }
    if (!sha256.matches("[0-9a-f]{64}")) {
      throw new IllegalArgumentException(
          "sha256 '" + sha256 + "' of " + key + " must be 64 lower-case hexadecimal digits");
    }
    if (!dataKey.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException(
          "dataKey '" + dataKey + "' of " + key + " must be the id of a key object");
    }
  }
}
