/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Why a legal hold is placed or released: an auditor reads it years later. */
public record HoldReason(String value) {

  private static final int MOST = 1000;

  @JsonCreator
  public HoldReason {
    if (value.isBlank()
        || value.codePointCount(0, value.length()) > MOST
        || value.codePoints().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
      throw new IllegalArgumentException(
          "the reason of a legal hold must be 1 to "
              + MOST
              + " characters, without control characters but line ends");
    }
  }

  @Override
  @JsonValue
  public String toString() {
    return value;
  }
}
