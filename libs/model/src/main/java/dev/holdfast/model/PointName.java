/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Name of a restore point, such as {@code before release 42}; unique within its source. */
public record PointName(String value) {

  private static final int MOST = 63;

  @JsonCreator
  public PointName {
    if (value.isBlank()
        || value.codePointCount(0, value.length()) > MOST
        || !value.equals(value.strip())
        || value.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "the name of a restore point, '"
              + value
              + "', must be 1 to "
              + MOST
              + " characters, without control characters and without space at either end");
    }
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
