/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import dev.holdfast.postgres.base.BaseIndex;
import dev.holdfast.postgres.changes.Tuple;
import dev.holdfast.postgres.restore.TableLayouts.Column;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Puts rows of one layout of a table into the columns that it has at the target, by column number.
 * A column that the rows do not have takes the value that was noted when it was added.
 */
final class RowMap {

  private static final int ABSENT = -1;

  /** Per column of the target: which field of the row it is, or {@link #ABSENT}. */
  private final int[] sources;

  /** Per column of the target that rows do not have: its text, null for NULL. */
  private final @Nullable byte[][] values;

  private final boolean identity;

  /** Escaped forms of {@link #values}. */
  private final byte[][] fields;

  private RowMap(int[] sources, @Nullable byte[][] values, int width) {
    this.sources = sources;
    this.values = values;
    this.identity =
        width == sources.length
            && java.util.stream.IntStream.range(0, width).allMatch(i -> sources[i] == i);
    this.fields = new byte[values.length][];
    for (int i = 0; i < values.length; i++) {
      fields[i] = CopyText.line(Tuple.of(new byte[][] {values[i]}));
    }
  }

  /**
   * @param from the layout that rows have
   * @param added what rows have in a column of this number that they do not have; fails for one
   *     that was never noted
   */
  static RowMap between(
      List<Column> from, List<BaseIndex.Column> to, IntFunction<Optional<String>> added) {
    int[] sources = new int[to.size()];
    @Nullable byte[][] values = new byte[to.size()][];
    for (int i = 0; i < sources.length; i++) {
      int number = to.get(i).number();
      sources[i] = ABSENT;
      for (int j = 0; j < from.size(); j++) {
        if (from.get(j).number() == number) {
          sources[i] = j;
        }
      }
      if (sources[i] == ABSENT) {
        Optional<String> value = added.apply(number);
        values[i] = value.map(text -> text.getBytes(StandardCharsets.UTF_8)).orElse(null);
      }
    }
    return new RowMap(sources, values, from.size());
  }

  /** Rows stay as they are. */
  static RowMap identity(int width) {
    return new RowMap(
        java.util.stream.IntStream.range(0, width).toArray(), new byte[width][], width);
  }

  /** Rows are as they have to be. */
  boolean isIdentity() {
    return identity;
  }

  Tuple row(Tuple row) {
    if (identity) {
      return row;
    }
    @Nullable byte[][] mapped = new byte[sources.length][];
    for (int i = 0; i < mapped.length; i++) {
      mapped[i] = sources[i] == ABSENT ? values[i] : row.raw(sources[i]);
    }
    return Tuple.of(mapped);
  }

  /** A line of {@code COPY} text, without its newline. */
  byte[] line(byte[] buffer, int from, int to) {
    int[] starts = new int[Arrays.stream(sources).max().orElse(ABSENT) + 1];
    int[] ends = new int[starts.length];
    int at = from;
    for (int i = 0; i < starts.length; i++) {
      starts[i] = at;
      ends[i] = CopyText.fieldEnd(buffer, at, to);
      at = ends[i] + 1;
    }
    int size = Math.max(0, sources.length - 1);
    for (int i = 0; i < sources.length; i++) {
      size += sources[i] == ABSENT ? fields[i].length : ends[sources[i]] - starts[sources[i]];
    }
    byte[] line = new byte[size];
    int filled = 0;
    for (int i = 0; i < sources.length; i++) {
      if (i > 0) {
        line[filled++] = CopyText.TAB;
      }
      byte[] source = sources[i] == ABSENT ? fields[i] : buffer;
      int start = sources[i] == ABSENT ? 0 : starts[sources[i]];
      int length = sources[i] == ABSENT ? fields[i].length : ends[sources[i]] - start;
      System.arraycopy(source, start, line, filled, length);
      filled += length;
    }
    return line;
  }
}
