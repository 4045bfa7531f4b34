/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

class KeyBucketsTest {

  private static final List<Integer> KEY = List.of(0, 2);

  private static List<String> rows(int count) {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(i + "\tvalue " + i + "\tk" + i % 7 + "\ttail");
    }
    return rows;
  }

  private static KeyBuckets of(List<Integer> key, int buckets, List<String> rows) {
    KeyBuckets all = new KeyBuckets(key, buckets);
    for (String row : rows) {
      byte[] line = (row + "\n").getBytes(StandardCharsets.UTF_8);
      all.line(line, line.length - 1);
    }
    return all;
  }

  private static int bucket(int of, String first, String second) {
    CRC32C crc = new CRC32C();
    crc.update((first + "\t" + second + "\t").getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue() & (of - 1);
  }

  @Test
  void orderDoesNotMatterAndFewerBucketsAreSumsOfMore() {
    List<String> rows = rows(5000);
    List<String> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(7));
    for (List<Integer> key : List.of(KEY, List.<Integer>of())) {
      assertThat(of(key, 1024, rows).sums(16))
          .isEqualTo(of(key, KeyBuckets.MOST, shuffled).sums(16))
          .isEqualTo(of(key, 16, rows).sums(16));
    }
    assertThat(of(KEY, 1024, rows).content("s", "t"))
        .isEqualTo(of(List.of(), 1, shuffled).content("s", "t"));
  }

  @Test
  void aRowThatDiffersIsInTheBucketOfItsKey() {
    List<String> rows = rows(5000);
    List<String> changed = new ArrayList<>(rows);
    changed.set(4321, "4321\tanother value\tk" + 4321 % 7 + "\ttail");
    changed.remove(17);
    String one = of(KEY, 64, rows).sums(64);
    String other = of(KEY, 64, changed).sums(64);
    assertThat(KeyBuckets.differing(one, other))
        .containsExactlyInAnyOrderElementsOf(
            Set.of(bucket(64, "4321", "k" + 4321 % 7), bucket(64, "17", "k3")));
    assertThat(KeyBuckets.differing(one, one)).isEmpty();
    assertThat(KeyBuckets.count(one)).isEqualTo(64);
    assertThatThrownBy(() -> KeyBuckets.differing(one, of(KEY, 64, rows).sums(32)))
        .hasMessageContaining("64 buckets cannot be compared with 32");
  }

  @Test
  void aListHasTheRowsOfItsBucketsOnly() {
    int wanted = bucket(64, "4321", "k" + 4321 % 7);
    RowList list = new RowList(KEY, 64, Set.of(wanted));
    for (String row : rows(5000)) {
      byte[] line = (row + "\n").getBytes(StandardCharsets.UTF_8);
      list.line(line, line.length - 1);
    }
    assertThat(list.rows())
        .extracting(RowList.Row::key)
        .contains("4321\tk" + 4321 % 7)
        .allSatisfy(
            key -> {
              String[] fields = key.split("\t");
              assertThat(bucket(64, fields[0], fields[1])).isEqualTo(wanted);
            });
    assertThat(list.rows()).hasSizeBetween(20, 200);
    assertThat(list.isCut()).isFalse();
  }

  @Test
  void aTableHasAsManyBucketsAsItsRowsAreWorth() {
    assertThat(KeyBuckets.worth(0)).isEqualTo(1);
    assertThat(KeyBuckets.worth(256)).isEqualTo(1);
    assertThat(KeyBuckets.worth(257)).isEqualTo(2);
    assertThat(KeyBuckets.worth(2_000_000)).isEqualTo(8192);
    assertThat(KeyBuckets.worth(Long.MAX_VALUE / 1000)).isEqualTo(KeyBuckets.MOST);
    assertThatThrownBy(() -> new KeyBuckets(KEY, 3)).hasMessageContaining("power of two");
  }

  @Test
  void rowsThatLeftCanBeTakenOffTheSum() {
    RowHasher all = new RowHasher();
    RowHasher gone = new RowHasher();
    RowHasher rest = new RowHasher();
    for (int i = 0; i < 100; i++) {
      byte[] line = ("row " + i).getBytes(StandardCharsets.UTF_8);
      all.line(line, 0, line.length);
      (i % 3 == 0 ? gone : rest).line(line, 0, line.length);
    }
    RowHasher kept = RowHasher.of(all.content("s", "t"));
    assertThat(kept.content("s", "t")).isEqualTo(all.content("s", "t"));
    kept.remove(gone);
    assertThat(kept.content("s", "t")).isEqualTo(rest.content("s", "t"));
    kept.merge(gone);
    assertThat(kept.content("s", "t")).isEqualTo(all.content("s", "t"));
  }
}
