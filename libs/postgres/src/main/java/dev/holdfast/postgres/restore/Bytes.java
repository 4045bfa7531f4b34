/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A piece of a byte array as a map key; only ever mutable as a thread's own probe. */
final class Bytes {

  private byte[] array;
  private int from;
  private int to;
  private int hash;

  Bytes(byte[] array) {
    this(array, 0, array.length);
  }

  Bytes(byte[] array, int from, int to) {
    this.array = array;
    this.from = from;
    this.to = to;
    this.hash = hash(array, from, to);
  }

  /** Points this probe somewhere else. */
  Bytes at(byte[] otherArray, int otherFrom, int otherTo) {
    array = otherArray;
    from = otherFrom;
    to = otherTo;
    hash = hash(otherArray, otherFrom, otherTo);
    return this;
  }

  int length() {
    return to - from;
  }

  byte[] array() {
    return from == 0 && to == array.length ? array : Arrays.copyOfRange(array, from, to);
  }

  private static int hash(byte[] array, int from, int to) {
    int hash = 1;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + array[i];
    }
    // Neighbouring numbers as text differ in their last digits only.
    return hash * 0x9E3779B9;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Bytes that
        && hash == that.hash
        && Arrays.equals(array, from, to, that.array, that.from, that.to);
  }

  @Override
  public int hashCode() {
    return hash;
  }
}
