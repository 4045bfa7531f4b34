/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import java.util.Locale;

/**
 * Neighbouring manifests of a chain.
 *
 * @param first number of the first
 * @param last number of the last
 */
record ChainSlice(long first, long last) {

  ChainSlice {
    if (first < 1 || last < first) {
      throw new IllegalArgumentException(
          "slice of manifests " + first + " to " + last + ": numbers start at 1, do not go back");
    }
  }

  long size() {
    return last - first + 1;
  }

  /** A manifest's number as in names of objects. */
  static String number(long number) {
    return String.format(Locale.ROOT, "%016d", number);
  }

  /** As in names of objects: sorts by the first number. */
  String text() {
    return number(first) + "-" + number(last);
  }
}
