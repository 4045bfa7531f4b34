/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

/** Finds the key's fields in a line; copies only when they do not stand side by side. */
final class LineKey {

  private final int[] columns;
  private final boolean adjacent;
  private byte[] array = new byte[0];
  private byte[] copy = new byte[64];
  private int from;
  private int to;

  /**
   * @param columns from 0, ascending
   */
  LineKey(int[] columns) {
    this.columns = columns;
    this.adjacent = columns[columns.length - 1] - columns[0] == columns.length - 1;
  }

  void find(byte[] line, int lineFrom, int lineTo) {
    int at = lineFrom;
    int field = 0;
    int size = 0;
    for (int i = 0; i < columns.length; i++) {
      while (field < columns[i]) {
        at = CopyText.fieldEnd(line, at, lineTo) + 1;
        field++;
      }
      int end = CopyText.fieldEnd(line, at, lineTo);
      if (adjacent) {
        from = i == 0 ? at : from;
        to = end;
      } else {
        if (i > 0) {
          ensure(size + 1);
          copy[size++] = CopyText.TAB;
        }
        ensure(size + end - at);
        System.arraycopy(line, at, copy, size, end - at);
        size += end - at;
      }
      at = end + 1;
      field++;
    }
    if (adjacent) {
      array = line;
    } else {
      array = copy;
      from = 0;
      to = size;
    }
  }

  private void ensure(int size) {
    if (size > copy.length) {
      copy = java.util.Arrays.copyOf(copy, Math.max(size, copy.length * 2));
    }
  }

  byte[] array() {
    return array;
  }

  int from() {
    return from;
  }

  int to() {
    return to;
  }
}
