/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.proof;

import dev.holdfast.postgres.verify.RowList.Row;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * In which rows a table differs. Keys are row data: whoever tells them has to be allowed to.
 *
 * @param changed keys of rows that both have, with other values
 * @param missing keys of rows that the vault lacks
 * @param extra keys of rows that only the vault has
 * @param unnamed rows without a key that one of the two lacks
 */
public record RowDifferences(
    List<String> changed, List<String> missing, List<String> extra, long unnamed) {

  public RowDifferences {
    changed = List.copyOf(changed);
    missing = List.copyOf(missing);
    extra = List.copyOf(extra);
  }

  /**
   * @param keyed rows have keys, and no two the same
   */
  public static RowDifferences of(List<Row> source, List<Row> vault, boolean keyed) {
    return keyed ? keyed(source, vault) : counted(source, vault);
  }

  /** By value where all are whole numbers, else as text. */
  public static List<String> sorted(Collection<String> keys) {
    boolean numbers = keys.stream().allMatch(key -> key.matches("-?[0-9]{1,40}"));
    return keys.stream()
        .sorted(numbers ? Comparator.comparing(BigInteger::new) : Comparator.naturalOrder())
        .toList();
  }

  private static RowDifferences keyed(List<Row> source, List<Row> vault) {
    Map<String, String> theirs = new TreeMap<>();
    vault.forEach(row -> theirs.put(row.key(), row.hash()));
    List<String> changed = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    for (Row row : source) {
      String hash = theirs.remove(row.key());
      if (hash == null) {
        missing.add(row.key());
      } else if (!hash.equals(row.hash())) {
        changed.add(row.key());
      }
    }
    return new RowDifferences(sorted(changed), sorted(missing), sorted(theirs.keySet()), 0);
  }

  private static RowDifferences counted(List<Row> source, List<Row> vault) {
    Map<String, Integer> counts = new TreeMap<>();
    source.forEach(row -> counts.merge(row.hash(), 1, Integer::sum));
    vault.forEach(row -> counts.merge(row.hash(), -1, Integer::sum));
    return new RowDifferences(
        List.of(), List.of(), List.of(), counts.values().stream().mapToLong(Math::abs).sum());
  }

  public long count() {
    return changed.size() + missing.size() + extra.size() + unnamed;
  }
}
