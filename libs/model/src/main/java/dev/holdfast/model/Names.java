/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

/** The form of names that people give. */
final class Names {

  private static final int MOST = 63;

  private Names() {}

  /**
   * @param what such as {@code the name of a restore point}, for the message
   */
  static void require(String what, String value) {
    if (value.isBlank()
        || value.codePointCount(0, value.length()) > MOST
        || !value.equals(value.strip())
        || value.codePoints().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          what
              + ", '"
              + value
              + "', must be 1 to "
              + MOST
              + " characters, without control characters and without space at either end");
    }
  }
}
