/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.check;

import dev.holdfast.vault.store.ObjectStore.Stat;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Which objects, by name and size, a listing showed: eight bytes for each, so that the segments of
 * a year fit into memory. What is kept is a hash with a salt of this run's, so that nobody can
 * choose a name that passes for another object. Not thread-safe.
 */
final class ListedObjects {

  private static final int FIRST = 1 << 12;

  private final byte[] salt = new byte[16];
  private final MessageDigest digest;
  private long[] prints = new long[FIRST];
  private int count;
  private long bytes;
  private boolean sorted;
  private final BitSet named = new BitSet();

  ListedObjects() {
    new SecureRandom().nextBytes(salt);
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  void add(Stat stat) {
    if (count == prints.length) {
      prints = Arrays.copyOf(prints, Math.multiplyExact(prints.length, 2));
    }
    prints[count++] = print(stat);
    bytes += stat.size();
    sorted = false;
  }

  /** Whether the listing showed this object; it counts as named from now on. */
  boolean name(Stat stat) {
    int index = find(stat);
    if (index >= 0) {
      named.set(index);
    }
    return index >= 0;
  }

  /** Whether the listing showed it and nothing has named it. */
  boolean isUnnamed(Stat stat) {
    int index = find(stat);
    return index >= 0 && !named.get(index);
  }

  boolean hasUnnamed() {
    return named.cardinality() < count;
  }

  int count() {
    return count;
  }

  long bytes() {
    return bytes;
  }

  private int find(Stat stat) {
    if (!sorted) {
      Arrays.sort(prints, 0, count);
      sorted = true;
    }
    return Arrays.binarySearch(prints, 0, count, print(stat));
  }

  private long print(Stat stat) {
    digest.update(salt);
    digest.update(stat.key().value().getBytes(StandardCharsets.US_ASCII));
    return ByteBuffer.wrap(digest.digest(ByteBuffer.allocate(8).putLong(stat.size()).array()))
        .getLong();
  }
}
