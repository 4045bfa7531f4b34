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

  /** Adds the rows that another hasher has seen. */
  public void merge(RowHasher other) {
    rows += other.rows;
    add(other.high, other.low);
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
