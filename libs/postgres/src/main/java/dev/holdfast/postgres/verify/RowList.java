/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.zip.CRC32C;

/** Lists the rows of some buckets of a table, one by one. Not thread-safe. */
public final class RowList {

  /** Rows that a list has at most; a difference in more is no matter of single rows. */
  public static final int MOST = 50_000;

  /**
   * A row.
   *
   * @param key its key's fields as in {@code COPY} text, separated by tabs; empty without key
   * @param hash of the row, 32 hexadecimal digits
   */
  public record Row(String key, String hash) {}

  private final int[] key;
  private final Set<Integer> wanted;
  private final int mask;
  private final RowHasher hasher = new RowHasher();
  private final CRC32C crc = new CRC32C();
  private final List<Row> rows = new ArrayList<>();
  private boolean cut;

  /**
   * @param wanted which of {@code buckets}, as {@link KeyBuckets} makes them
   */
  public RowList(List<Integer> key, int buckets, Set<Integer> wanted) {
    this.key = key.stream().mapToInt(Integer::intValue).toArray();
    this.mask = buckets - 1;
    this.wanted = Set.copyOf(wanted);
  }

  /** Looks at a row: one line in {@code COPY} text format, without its newline. */
  public void line(byte[] line, int length) {
    hasher.line(line, 0, length);
    if (!wanted.contains(KeyBuckets.number(key, line, length, crc, hasher) & mask)) {
      return;
    }
    if (rows.size() == MOST) {
      cut = true;
      return;
    }
    StringJoiner text = new StringJoiner("\t");
    KeyBuckets.eachKeyField(
        key,
        line,
        length,
        (from, to) -> text.add(new String(line, from, to - from, StandardCharsets.UTF_8)));
    HexFormat hex = HexFormat.of();
    rows.add(
        new Row(
            text.toString(),
            hex.toHexDigits(hasher.lastHigh()) + hex.toHexDigits(hasher.lastLow())));
  }

  public List<Row> rows() {
    return List.copyOf(rows);
  }

  /** There were more rows than {@link #MOST}. */
  public boolean isCut() {
    return cut;
  }

  public TableContent content(String schema, String name) {
    return hasher.content(schema, name);
  }
}
