/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * Name of an object within a vault, relative to the vault's prefix; segments separated by {@code
 * /}.
 */
public record ObjectKey(String value) implements Comparable<ObjectKey> {

  @JsonCreator
  public ObjectKey {
    if (!value.matches("[A-Za-z0-9._-]+(/[A-Za-z0-9._-]+)*")
        || value.contains("..")
        || value.length() > 512) {
      throw new IllegalArgumentException(
          "object key '"
              + value
              + "' must be segments of A-Z a-z 0-9 . _ - separated by '/', at most 512 long, without '..'");
    }
  }

  @Override
  public int compareTo(ObjectKey other) {
    return value.compareTo(other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
