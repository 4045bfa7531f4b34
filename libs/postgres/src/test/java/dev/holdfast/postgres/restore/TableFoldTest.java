/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.postgres.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.changes.ChangeRecord.OldRow;
import dev.holdfast.postgres.changes.Tuple;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows are written {@code key|text}; {@code ~} is an unchanged value, {@code -} is NULL. */
class TableFoldTest {

  private final FoldBudget budget = new FoldBudget(1 << 20);

  @Nested
  class ByKey {
    private final KeyFold fold = new KeyFold("public.t", 2, new int[] {0}, budget);

    @Test
    void withoutChangesPassesTheBaseAsItIs() {
      assertThat(fold.untouched()).isTrue();
      assertThat(merge(fold, "1|a", "2|b")).containsExactly("1|a", "2|b");
    }

    @Test
    void replacesDropsAndAdds() {
      fold.update(Optional.empty(), row("1|new"));
      fold.delete(key("2|-"));
      fold.insert(row("4|d"));
      assertThat(merge(fold, "1|a", "2|b", "3|c")).containsExactly("1|new", "3|c", "4|d");
    }

    @Test
    void fillsUnchangedValuesFromTheBaseRow() {
      fold.update(Optional.of(key("1|-")), row("5|~"));
      fold.update(Optional.of(key("5|-")), row("6|~"));
      fold.update(Optional.empty(), row("2|~"));
      assertThat(merge(fold, "1|a", "2|b")).containsExactly("2|b", "6|a");
    }

    @Test
    void fillsUnchangedValuesFromTheLastImageThatHadThem() {
      fold.update(Optional.empty(), row("1|x"));
      fold.update(Optional.of(key("1|-")), row("5|~"));
      fold.insert(row("7|y"));
      fold.update(Optional.empty(), row("7|~"));
      assertThat(merge(fold, "1|a")).containsExactly("5|x", "7|y");
    }

    @Test
    void swapsTwoKeysThroughAThird() {
      fold.update(Optional.of(key("1|-")), row("0|~"));
      fold.update(Optional.of(key("2|-")), row("1|~"));
      fold.update(Optional.of(key("0|-")), row("2|~"));
      assertThat(merge(fold, "1|a", "2|b")).containsExactly("1|b", "2|a");
    }

    @Test
    void forgetsTheLinkOfARowThatIsDeletedAndInsertedAgain() {
      fold.update(Optional.empty(), row("1|~"));
      fold.delete(key("1|-"));
      fold.insert(row("1|z"));
      assertThat(merge(fold, "1|a")).containsExactly("1|z");
    }

    @Test
    void clearsEverythingOnTruncate() {
      fold.update(Optional.empty(), row("1|new"));
      fold.insert(row("9|i"));
      fold.truncate();
      fold.insert(row("2|after"));
      assertThat(fold.dropsBase()).isTrue();
      assertThat(merge(fold)).containsExactly("2|after");
    }

    @Test
    void tellsNullFromEmptyAndFromTheTextOfTheMarkers() {
      fold.insert(Tuple.ofText("\\N", "\\u"));
      fold.insert(Tuple.ofText("", null));
      fold.update(
          Optional.empty(),
          Tuple.of(new byte[][] {"\\N".getBytes(StandardCharsets.UTF_8), Tuple.unchanged()}));
      assertThat(merge(fold)).containsExactly("\\\\N|\\\\u", "|\\N");
    }

    @Test
    void takesAKeyThatIsStoredOutOfLineFromTheOldRow() {
      fold.update(Optional.of(key("1|-")), row("~|new"));
      assertThat(merge(fold, "1|a")).containsExactly("1|new");
    }

    @Test
    void refusesChangesThatDoNotFitTheBase() {
      fold.insert(row("1|again"));
      assertContradiction(() -> merge(fold, "1|a"), "a row was inserted that the base holds");

      KeyFold missing = new KeyFold("public.t", 2, new int[] {0}, budget);
      missing.delete(key("8|-"));
      assertContradiction(() -> merge(missing, "1|a"), "a row was changed that the base does not");
    }

    @Test
    void refusesChangesThatDoNotFitEachOther() {
      fold.insert(row("1|a"));
      assertContradiction(() -> fold.insert(row("1|b")), "another row has");
      fold.delete(key("3|-"));
      assertContradiction(() -> fold.delete(key("3|-")), "deleted that does not exist");
      assertContradiction(
          () -> fold.update(Optional.empty(), row("3|c")), "updated that does not exist");
      fold.truncate();
      assertContradiction(() -> fold.delete(key("5|-")), "truncated away");
    }

    @Test
    void endsBeforeItTakesTooMuchMemory() {
      KeyFold small = new KeyFold("public.t", 2, new int[] {0}, new FoldBudget(500));
      small.insert(row("1|a"));
      small.insert(row("2|a"));
      FoldBudget.Exceeded exceeded =
          catchThrowableOfType(
              FoldBudget.Exceeded.class, () -> small.insert(row("3|" + "x".repeat(100))));
      assertThat(exceeded.refusal())
          .hasMessageContaining("foldMemoryBytes")
          .hasMessageContaining("public.t")
          .hasMessageContaining("500 bytes");
    }

    @Test
    void givesMemoryBack() {
      for (int i = 0; i < 1000; i++) {
        fold.insert(row("1|" + "x".repeat(i % 50)));
        fold.update(Optional.of(key("1|-")), row("2|~"));
        fold.delete(key("2|-"));
      }
      assertThat(budget.used()).isZero();
      fold.update(Optional.empty(), row("1|abc"));
      fold.truncate();
      assertThat(budget.used()).isZero();
    }

    @Test
    void findsKeysWhereverTheyStandInALine() {
      KeyFold composite = new KeyFold("public.t", 4, new int[] {1, 3}, budget);
      composite.delete(new OldRow.Key(Tuple.ofText(null, "k", null, "l")));
      KeyFold adjacent = new KeyFold("public.t", 4, new int[] {1, 2}, budget);
      adjacent.delete(new OldRow.Key(Tuple.ofText(null, "k", "x", null)));
      assertThat(merge(composite, "a|k|x|l", "a|k|x|m")).containsExactly("a|k|x|m");
      assertThat(merge(adjacent, "a|k|x|l", "a|k|y|l")).containsExactly("a|k|y|l");
    }
  }

  @Nested
  class ByWholeRow {
    private final RowFold fold = new RowFold("public.t", budget);

    @Test
    void countsEqualRows() {
      fold.delete(full("1|a"));
      fold.insert(row("2|b"));
      fold.insert(row("2|b"));
      assertThat(merge(fold, "1|a", "1|a", "2|b")).containsExactly("1|a", "2|b", "2|b", "2|b");
    }

    @Test
    void fillsUnchangedValuesFromTheOldRow() {
      fold.update(Optional.of(full("1|long")), row("2|~"));
      assertThat(merge(fold, "1|long")).containsExactly("2|long");
    }

    @Test
    void clearsEverythingOnTruncate() {
      fold.delete(full("1|a"));
      fold.truncate();
      fold.insert(row("1|a"));
      assertThat(fold.dropsBase()).isTrue();
      assertThat(merge(fold)).containsExactly("1|a");
      assertContradiction(() -> fold.delete(full("2|b")), "truncated away");
    }

    @Test
    void refusesToRemoveWhatIsNotThere() {
      fold.delete(full("9|z"));
      assertContradiction(() -> merge(fold, "1|a"), "removed that the base does not hold");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anyHistoryComesToTheSameAsApplyingItChangeByChange(boolean byKey) {
    rounds(
        random -> {
          History history = new History(random, byKey);
          TableFold fold = fold(byKey);
          history.changes.forEach(change -> change.accept(fold));
          assertThat(merge(fold, history.base())).isEqualTo(history.rows());
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void sharesOfAnyHistoryComeToAllOfIt(boolean byKey) {
    RowIdentity identity = RowIdentity.of("public.t", byKey ? new int[] {1} : new int[0]);
    rounds(
        random -> {
          History history = new History(random, byKey);
          FoldSurvey survey = new FoldSurvey(1 << 20);
          TableFold surveyed = survey.limit(7, "public.t", identity, fold(byKey));
          history.changes.forEach(change -> change.accept(surveyed));
          List<FoldShare> shares = new ArrayList<>();
          if (survey.anyTogether()) {
            shares.add(FoldShare.together(survey));
          }
          for (long from = 0; from < FoldShare.HASHES; ) {
            long to = Math.min(FoldShare.HASHES, from + 1 + random.nextLong(FoldShare.HASHES / 2));
            shares.add(FoldShare.range(survey, shares.isEmpty(), from, to));
            from = to;
          }

          List<String> rows = new ArrayList<>();
          for (FoldShare share : shares) {
            TableFold part = share.limit(7, "public.t", identity, fold(byKey));
            history.changes.forEach(change -> change.accept(part));
            boolean whole = part.untouched() && !part.dropsBase();
            rows.addAll(
                whole
                    ? List.of(history.base())
                    : merge(part, part.dropsBase() ? new String[0] : history.base()));
          }

          Collections.sort(rows);
          assertThat(rows).isEqualTo(history.rows());
        });
  }

  private static TableFold fold(boolean byKey) {
    FoldBudget budget = new FoldBudget(1 << 20);
    return byKey
        ? new KeyFold("public.t", 3, new int[] {1}, budget)
        : new RowFold("public.t", budget);
  }

  private static void rounds(Consumer<Random> round) {
    for (int i = 0; i < 400; i++) {
      long seed = System.nanoTime() + i;
      try {
        round.accept(new Random(seed));
      } catch (AssertionError | RuntimeException e) {
        throw new AssertionError("seed " + seed, e);
      }
    }
  }

  /** Random changes of rows {@code n|id|value}. */
  private static final class History {
    final List<Consumer<TableFold>> changes = new ArrayList<>();
    private final String[] before;
    private final Map<Integer, String> table = new TreeMap<>();
    private boolean truncated;

    History(Random random, boolean byKey) {
      for (int i = 0; i < random.nextInt(12); i++) {
        table.put(i, value(random));
      }
      before = rows().toArray(String[]::new);
      Collections.shuffle(Arrays.asList(before), random);
      for (int i = 0; i < random.nextInt(60); i++) {
        change(random, byKey);
      }
    }

    private void change(Random random, boolean byKey) {
      int id = random.nextInt(15);
      @Nullable String value = table.get(id);
      if (value == null) {
        String inserted = value(random);
        changes.add(fold -> fold.insert(row("n|" + id + "|" + inserted)));
        table.put(id, inserted);
        return;
      }
      if (random.nextInt(40) == 0) {
        changes.add(TableFold::truncate);
        table.clear();
        truncated = true;
        return;
      }
      OldRow old = byKey ? key("-|" + id + "|-") : full("n|" + id + "|" + value);
      int kind = random.nextInt(3);
      if (kind == 0) {
        changes.add(fold -> fold.delete(old));
        table.remove(id);
        return;
      }
      int moved = kind == 1 ? id : random.nextInt(15);
      if (moved != id && table.containsKey(moved)) {
        return;
      }
      boolean unchanged = random.nextBoolean();
      String updated = unchanged ? value : value(random);
      Optional<OldRow> told =
          byKey && moved == id && random.nextBoolean() ? Optional.empty() : Optional.of(old);
      Tuple row = row("n|" + moved + "|" + (unchanged ? "~" : updated));
      changes.add(fold -> fold.update(told, row));
      table.remove(id);
      table.put(moved, updated);
    }

    /** What is left of the base, in any order. */
    String[] base() {
      return truncated ? new String[0] : before;
    }

    /** Sorted. */
    List<String> rows() {
      return table.entrySet().stream()
          .map(e -> "n|" + e.getKey() + "|" + e.getValue())
          .sorted()
          .toList();
    }
  }

  private static String value(Random random) {
    return "v" + random.nextInt(3);
  }

  /** Sorted. */
  private static List<String> merge(TableFold fold, String... base) {
    List<String> lines = new ArrayList<>();
    TableFold.Sink sink = line -> lines.add(text(line));
    TableFold.Filter filter = fold.filter(sink);
    for (String line : base) {
      byte[] bytes = ("#" + line.replace('|', '\t') + "#").getBytes(StandardCharsets.UTF_8);
      if (filter.keep(bytes, 1, bytes.length - 1)) {
        lines.add(line);
      }
    }
    fold.finish(sink);
    Collections.sort(lines);
    return lines;
  }

  private static String text(byte[] line) {
    return new String(line, StandardCharsets.UTF_8).replace('\t', '|');
  }

  private static Tuple row(String text) {
    String[] fields = text.split("\\|", -1);
    @Nullable byte[][] values = new byte[fields.length][];
    for (int i = 0; i < fields.length; i++) {
      values[i] =
          switch (fields[i]) {
            case "-" -> null;
            case "~" -> Tuple.unchanged();
            default -> fields[i].getBytes(StandardCharsets.UTF_8);
          };
    }
    return Tuple.of(values);
  }

  private static OldRow full(String text) {
    return new OldRow.Full(row(text));
  }

  private static OldRow key(String text) {
    return new OldRow.Key(row(text));
  }

  private static void assertContradiction(Runnable change, String what) {
    assertThatThrownBy(change::run)
        .isInstanceOf(PostgresException.class)
        .hasMessageContaining("public.t")
        .hasMessageContaining(what);
  }
}
