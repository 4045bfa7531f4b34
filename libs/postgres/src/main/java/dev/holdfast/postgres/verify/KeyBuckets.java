/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * Hashes a table as {@link ContentHash} does and, beside it, in buckets of rows by their key: where
 * two tables differ, the buckets say in which few rows. Not thread-safe.
 *
 * <p>A row is in the bucket that the lowest bits of a number say: the CRC-32C of its key's fields
 * as they stand in {@code COPY} text, each followed by a tab; the last four bytes of the row's hash
 * in a table without key. So half as many buckets are the sums of two each.
 */
public final class KeyBuckets {

  /** Buckets of a table of {@code 2^24} rows and more. */
  public static final int MOST = 1 << 16;

  private static final int ROWS_PER_BUCKET = 256;

  private final int[] key;
  private final RowHasher hasher = new RowHasher();
  private final CRC32C crc = new CRC32C();
  private final long[] high;
  private final long[] low;

  /**
   * @param key fields of a row that are its key, from 0 and ascending; empty: none
   * @param buckets a power of two, at most {@link #MOST}
   */
  public KeyBuckets(List<Integer> key, int buckets) {
    if (Integer.bitCount(buckets) != 1 || buckets > MOST) {
      throw new IllegalArgumentException(
          "buckets " + buckets + " must be a power of two up to " + MOST);
    }
    this.key = key.stream().mapToInt(Integer::intValue).toArray();
    this.high = new long[buckets];
    this.low = new long[buckets];
  }

  /** Adds a row: one line in {@code COPY} text format, without its newline. */
  public void line(byte[] line, int length) {
    hasher.line(line, 0, length);
    int bucket = number(key, line, length, crc, hasher) & (low.length - 1);
    long more = hasher.lastLow();
    low[bucket] += more;
    high[bucket] += hasher.lastHigh() + (Long.compareUnsigned(low[bucket], more) < 0 ? 1 : 0);
  }

  /**
   * Whose lowest bits say a row's bucket.
   *
   * @param hasher was given the row just now
   */
  static int number(int[] key, byte[] line, int length, CRC32C crc, RowHasher hasher) {
    if (key.length == 0) {
      return (int) hasher.lastLow();
    }
    crc.reset();
    eachKeyField(
        key,
        line,
        length,
        (from, to) -> {
          crc.update(line, from, to - from);
          crc.update('\t');
        });
    return (int) crc.getValue();
  }

  /** Takes the bounds of a field. */
  interface Field {
    void at(int from, int to);
  }

  static void eachKeyField(int[] key, byte[] line, int length, Field field) {
    int at = 0;
    int number = 0;
    for (int wanted : key) {
      for (; number < wanted; number++) {
        at = end(line, at, length) + 1;
      }
      int end = end(line, at, length);
      field.at(at, end);
      at = end + 1;
      number++;
    }
  }

  private static int end(byte[] line, int from, int length) {
    int at = from;
    while (at < length && line[at] != '\t') {
      at++;
    }
    return at;
  }

  public TableContent content(String schema, String name) {
    return hasher.content(schema, name);
  }

  /** As many buckets as rows of this number are worth. */
  public static int worth(long rows) {
    int buckets = 1;
    while (buckets < MOST && (long) buckets * ROWS_PER_BUCKET < rows) {
      buckets *= 2;
    }
    return buckets;
  }

  /**
   * The buckets' hashes, 16 bytes each, in Base64.
   *
   * @param buckets at most as many as it has
   */
  public String sums(int buckets) {
    long[] sumHigh = new long[buckets];
    long[] sumLow = new long[buckets];
    for (int i = 0; i < low.length; i++) {
      int to = i & (buckets - 1);
      sumLow[to] += low[i];
      sumHigh[to] += high[i] + (Long.compareUnsigned(sumLow[to], low[i]) < 0 ? 1 : 0);
    }
    ByteBuffer bytes = ByteBuffer.allocate(16 * buckets);
    for (int i = 0; i < buckets; i++) {
      bytes.putLong(sumHigh[i]).putLong(sumLow[i]);
    }
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /** How many buckets {@code sums} has. */
  public static int count(String sums) {
    return Base64.getDecoder().decode(sums).length / 16;
  }

  /** The buckets in which two tables differ; both have equally many. */
  public static List<Integer> differing(String sums, String others) {
    byte[] one = Base64.getDecoder().decode(sums);
    byte[] other = Base64.getDecoder().decode(others);
    if (one.length != other.length) {
      throw new IllegalArgumentException(
          one.length / 16 + " buckets cannot be compared with " + other.length / 16);
    }
    List<Integer> differing = new ArrayList<>();
    for (int at = 0; at < one.length; at += 16) {
      if (!Arrays.equals(one, at, at + 16, other, at, at + 16)) {
        differing.add(at / 16);
      }
    }
    return differing;
  }
}
