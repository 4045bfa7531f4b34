/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.changes.Tuple;

/**
 * Lines of {@code COPY} text format, without their newline, exactly as PostgreSQL writes them:
 * equal values are equal bytes, so lines and fields are compared without being decoded.
 */
final class CopyText {

  static final byte TAB = '\t';
  static final byte NEWLINE = '\n';

  /** Stands for an unchanged TOAST value; PostgreSQL escapes no character as {@code \&#117;}. */
  private static final byte[] HOLE = {'\\', 'u'};

  private static final byte[] NULL = {'\\', 'N'};

  /** The letter after the backslash, or 0 for bytes that stand for themselves. */
  private static final byte[] ESCAPES = new byte[256];

  static {
    ESCAPES['\b'] = 'b';
    ESCAPES['\f'] = 'f';
    ESCAPES['\n'] = 'n';
    ESCAPES['\r'] = 'r';
    ESCAPES['\t'] = 't';
    ESCAPES[0x0B] = 'v';
    ESCAPES['\\'] = '\\';
  }

  private CopyText() {}

  /** The whole row; unchanged values become holes. */
  static byte[] line(Tuple row) {
    int size = Math.max(0, row.size() - 1);
    for (int i = 0; i < row.size(); i++) {
      size = Math.addExact(size, sizeOf(row, i));
    }
    byte[] line = new byte[size];
    int at = 0;
    for (int i = 0; i < row.size(); i++) {
      if (i > 0) {
        line[at++] = TAB;
      }
      at = put(row, i, line, at);
    }
    return line;
  }

  /**
   * Only the given columns, or null when one of them is not in the tuple.
   *
   * @param columns from 0, ascending
   */
  static byte @org.jspecify.annotations.Nullable [] fields(Tuple row, int[] columns) {
    int size = columns.length - 1;
    for (int column : columns) {
      if (row.isUnchanged(column)) {
        return null;
      }
      size = Math.addExact(size, sizeOf(row, column));
    }
    byte[] fields = new byte[size];
    int at = 0;
    for (int i = 0; i < columns.length; i++) {
      if (i > 0) {
        fields[at++] = TAB;
      }
      at = put(row, columns[i], fields, at);
    }
    return fields;
  }

  private static int sizeOf(Tuple row, int column) {
    if (row.isNull(column) || row.isUnchanged(column)) {
      return 2;
    }
    byte[] value = row.value(column);
    int size = value.length;
    for (byte b : value) {
      if (ESCAPES[b & 0xFF] != 0) {
        size++;
      }
    }
    return size;
  }

  private static int put(Tuple row, int column, byte[] to, int at) {
    if (row.isNull(column) || row.isUnchanged(column)) {
      byte[] sign = row.isNull(column) ? NULL : HOLE;
      to[at] = sign[0];
      to[at + 1] = sign[1];
      return at + 2;
    }
    for (byte b : row.value(column)) {
      byte letter = ESCAPES[b & 0xFF];
      if (letter != 0) {
        to[at++] = '\\';
        to[at++] = letter;
      } else {
        to[at++] = b;
      }
    }
    return at;
  }

  static boolean hasHole(byte[] line) {
    for (int from = 0; from <= line.length; ) {
      int to = fieldEnd(line, from, line.length);
      if (isHole(line, from, to)) {
        return true;
      }
      from = to + 1;
    }
    return false;
  }

  /**
   * {@code line} with its holes filled from {@code donor}, an older image of the same row; the
   * donor's own holes stay holes.
   */
  static byte[] fill(byte[] line, byte[] donor, int donorFrom, int donorTo) {
    byte[] filled = new byte[filledSize(line, donor, donorFrom, donorTo)];
    int size = 0;
    int from = 0;
    int there = donorFrom;
    while (from <= line.length) {
      int to = fieldEnd(line, from, line.length);
      int thereEnd = fieldEnd(donor, there, donorTo);
      if (from > 0) {
        filled[size++] = TAB;
      }
      if (isHole(line, from, to)) {
        System.arraycopy(donor, there, filled, size, thereEnd - there);
        size += thereEnd - there;
      } else {
        System.arraycopy(line, from, filled, size, to - from);
        size += to - from;
      }
      from = to + 1;
      there = Math.min(thereEnd + 1, donorTo);
    }
    return filled;
  }

  private static int filledSize(byte[] line, byte[] donor, int donorFrom, int donorTo) {
    int size = line.length;
    int from = 0;
    int there = donorFrom;
    while (from <= line.length) {
      int to = fieldEnd(line, from, line.length);
      int thereEnd = fieldEnd(donor, there, donorTo);
      if (isHole(line, from, to)) {
        size = Math.addExact(size, thereEnd - there - HOLE.length);
      }
      from = to + 1;
      there = Math.min(thereEnd + 1, donorTo);
    }
    return size;
  }

  /** Index of the tab after a field, or {@code end}. */
  static int fieldEnd(byte[] line, int from, int end) {
    int at = from;
    while (at < end && line[at] != TAB) {
      at++;
    }
    return at;
  }

  private static boolean isHole(byte[] line, int from, int to) {
    return to - from == 2 && line[from] == HOLE[0] && line[from + 1] == HOLE[1];
  }
}
