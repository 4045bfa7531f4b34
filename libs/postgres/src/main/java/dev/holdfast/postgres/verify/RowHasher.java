/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import java.nio.ByteBuffer;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Sums up the hashes of rows as {@link ContentHash} defines them. Not thread-safe. */
public final class RowHasher {

  private final MessageDigest digest;
  private final byte[] hash = new byte[32];
  private final ByteBuffer view = ByteBuffer.wrap(hash);
  private long rows;
  private long high;
  private long low;

  public RowHasher() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** Adds a row: one line in {@code COPY} text format, without its newline. */
  public void line(byte[] buffer, int offset, int length) {
    digest.update(buffer, offset, length);
    try {
      digest.digest(hash, 0, hash.length);
    } catch (DigestException e) {
      throw new IllegalStateException("SHA-256 has 32 bytes", e);
    }
    rows++;
    add(view.getLong(0), view.getLong(8));
  }

  /** As if it had seen the rows of {@code content}. */
  public static RowHasher of(TableContent content) {
    RowHasher hasher = new RowHasher();
    hasher.rows = content.rows();
    hasher.high = Long.parseUnsignedLong(content.hash().substring(0, 16), 16);
    hasher.low = Long.parseUnsignedLong(content.hash().substring(16), 16);
    return hasher;
  }

  /** Adds the rows that another hasher has seen. */
  public void merge(RowHasher other) {
    rows += other.rows;
    add(other.high, other.low);
  }

  /** Takes away rows that another hasher has seen: the hash is a sum. */
  public void remove(RowHasher other) {
    rows -= other.rows;
    add(~other.high, ~other.low);
    add(0, 1);
  }

  /** Of the last line: the first 8 bytes of its hash, as a big-endian number. */
  long lastHigh() {
    return view.getLong(0);
  }

  /** Of the last line: the next 8 bytes. */
  long lastLow() {
    return view.getLong(8);
  }

  private void add(long otherHigh, long otherLow) {
    low += otherLow;
    high += otherHigh + (Long.compareUnsigned(low, otherLow) < 0 ? 1 : 0);
  }

  public long rows() {
    return rows;
  }

  public TableContent content(String schema, String name) {
    HexFormat hex = HexFormat.of();
    return new TableContent(schema, name, rows, hex.toHexDigits(high) + hex.toHexDigits(low));
  }
}
