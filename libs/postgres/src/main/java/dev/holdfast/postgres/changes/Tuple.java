/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.changes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The column values of one row image, in the relation's column order: PostgreSQL's own text, NULL,
 * or <em>unchanged</em> (a TOASTed value that an UPDATE left alone and the log does not repeat).
 *
 * <p>Holds the arrays it is given and hands them out without a copy: do not change them.
 */
public final class Tuple {

  /** Told apart by identity, so that no value can be taken for it. */
  private static final byte[] UNCHANGED = new byte[0];

  private final @Nullable byte[][] values;

  private Tuple(@Nullable byte[][] values) {
    this.values = values;
  }

  /**
   * Takes the array over.
   *
   * @param values null for NULL, {@link #unchanged()} for an unchanged TOAST value
   */
  public static Tuple of(@Nullable byte[][] values) {
    return new Tuple(values);
  }

  /** From text; null for NULL. */
  public static Tuple ofText(@Nullable String... values) {
    @Nullable byte[][] bytes = new byte[values.length][];
    for (int i = 0; i < values.length; i++) {
      String value = values[i];
      bytes[i] = value == null ? null : value.getBytes(StandardCharsets.UTF_8);
    }
    return new Tuple(bytes);
  }

  /** The marker of an unchanged value. */
  public static byte[] unchanged() {
    return UNCHANGED;
  }

  public int size() {
    return values.length;
  }

  public boolean isNull(int column) {
    return values[column] == null;
  }

  public boolean isUnchanged(int column) {
    return values[column] == UNCHANGED;
  }

  /** Whether any value is unchanged. */
  public boolean hasUnchanged() {
    for (byte[] value : values) {
      if (value == UNCHANGED) {
        return true;
      }
    }
    return false;
  }

  /** The text bytes (UTF-8) of a column that is neither NULL nor unchanged. */
  public byte[] value(int column) {
    byte[] value = values[column];
    if (value == null || value == UNCHANGED) {
      throw new IllegalStateException(
          "column " + column + " is " + (value == null ? "NULL" : "unchanged") + ", not a value");
    }
    return value;
  }

  /** Null for NULL, {@link #unchanged()} for an unchanged value, else the text bytes. */
  public byte @Nullable [] raw(int column) {
    return values[column];
  }

  /** Bytes of all values together. */
  public long bytes() {
    long bytes = 0;
    for (byte[] value : values) {
      bytes += value == null ? 0 : value.length;
    }
    return bytes;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    if (!(other instanceof Tuple that) || that.values.length != values.length) {
      return false;
    }
    for (int i = 0; i < values.length; i++) {
      if (isUnchanged(i) != that.isUnchanged(i) || !Arrays.equals(values[i], that.values[i])) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int hashCode() {
    return Arrays.deepHashCode(values);
  }

  /** Shape only: row data belongs in no log. */
  @Override
  public String toString() {
    return Arrays.stream(values)
        .map(v -> v == null ? "null" : v == UNCHANGED ? "unchanged" : v.length + " bytes")
        .toList()
        .toString();
  }
}
