/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A position in PostgreSQL's write-ahead log, in bytes from the log's beginning (unsigned 64 bit).
 * Printed and parsed as PostgreSQL does: two hexadecimal halves, such as {@code 16/B374D848}.
 */
public record Lsn(long value) implements Comparable<Lsn> {

  /** PostgreSQL's "no position" ({@code InvalidXLogRecPtr}). */
  public static final Lsn NONE = new Lsn(0);

  @JsonCreator
  public static Lsn parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 1 || slash > 8 || text.length() - slash < 2 || text.length() - slash > 9) {
      throw new IllegalArgumentException(
          "LSN '"
              + text
              + "' is not of the form XXXXXXXX/XXXXXXXX (hexadecimal, as PostgreSQL prints it)");
    }
    try {
      long high = Long.parseLong(text.substring(0, slash), 16);
      long low = Long.parseLong(text.substring(slash + 1), 16);
      if (high < 0 || low < 0) {
        throw new NumberFormatException();
      }
      return new Lsn(high << 32 | low);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "LSN '"
              + text
              + "' is not of the form XXXXXXXX/XXXXXXXX (hexadecimal, as PostgreSQL prints it)",
          e);
    }
  }

  public boolean isAfter(Lsn other) {
    return compareTo(other) > 0;
  }

  public boolean isBefore(Lsn other) {
    return compareTo(other) < 0;
  }

  public Lsn max(Lsn other) {
    return isAfter(other) ? this : other;
  }

  /** The place one byte further: the first that is after this one. */
  public Lsn next() {
    return new Lsn(value + 1);
  }

  /** The place one byte before: the last that is before this one. */
  public Lsn previous() {
    return new Lsn(value - 1);
  }

  /** Bytes of log from {@code earlier} to here. */
  public long bytesSince(Lsn earlier) {
    return value - earlier.value;
  }

  @Override
  public int compareTo(Lsn other) {
    return Long.compareUnsigned(value, other.value);
  }

  @Override
  @JsonValue
  public String toString() {
    return Long.toHexString(value >>> 32).toUpperCase(java.util.Locale.ROOT)
        + "/"
        + Long.toHexString(value & 0xFFFF_FFFFL).toUpperCase(java.util.Locale.ROOT);
  }
}
