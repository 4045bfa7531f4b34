/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.fencing;

import static dev.holdfast.vault.fencing.TestWriters.append;
import static dev.holdfast.vault.fencing.TestWriters.body;
import static dev.holdfast.vault.fencing.TestWriters.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.fencing.PausingObjectStore.Point;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Of two writers of one source exactly one goes on, and nothing is damaged, whenever the other is
 * stopped and wakes up. Every adapter's test extends it.
 */
abstract class WriterFencingContract {

  private final TestWriters writers = TestWriters.withNewKeys();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private ObjectStore store;

  /** A fresh, empty store. */
  abstract ObjectStore fresh() throws Exception;

  /** How often writers race. */
  int rounds() {
    return 25;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = fresh();
  }

  @AfterEach
  void closeStore() throws Exception {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    store.close();
  }

  @Test
  void of_two_writers_that_append_at_once_one_takes_each_number() throws Exception {
    List<String> expected = new ArrayList<>();
    for (int round = 0; round < rounds(); round++) {
      try (VaultWriter left = writers.open(store);
          VaultWriter right = writers.open(store)) {
        String ofLeft = "left " + round;
        String ofRight = "right " + round;
        ChainEntry leftEntry = segment(body(left, ofLeft));
        ChainEntry rightEntry = segment(body(right, ofRight));

        boolean leftWon =
            oneWins(round * 2L + 1, () -> left.append(leftEntry), () -> right.append(rightEntry));

        VaultWriter winner = leftWon ? left : right;
        VaultWriter loser = leftWon ? right : left;
        assertThat(append(winner, "next").number()).isEqualTo(round * 2L + 2);
        assertFenced(loser, round * 2L + 1);
        expected.addAll(List.of(leftWon ? ofLeft : ofRight, "next"));
      }
    }
    assertThat(writers.read(store)).isEqualTo(expected);
  }

  @Test
  void writers_with_one_signing_key_do_not_take_each_others_equal_entry_for_their_own()
      throws Exception {
    for (int round = 0; round < rounds(); round++) {
      try (VaultWriter left = writers.open(store);
          VaultWriter right = writers.open(store)) {
        // The same key, the same clock, the same bytes: only the session differs.
        boolean leftWon =
            oneWins(round + 1L, () -> left.append(segment()), () -> right.append(segment()));
        assertFenced(leftWon ? right : left, round + 1L);
      }
    }
    assertThat(writers.read(store)).hasSize(rounds());
  }

  @ParameterizedTest
  @EnumSource
  void a_writer_that_wakes_up_after_another_went_on_stops(Point point) throws Exception {
    PausingObjectStore slow = new PausingObjectStore(store);
    boolean opening = point == Point.BEFORE_KEY_OBJECT || point == Point.AFTER_KEY_OBJECT;
    VaultWriter before = writers.open(opening ? store : slow);
    append(before, "before");
    slow.pauseAt(point);

    Future<Woken> sleeper =
        threads.submit(
            () -> {
              VaultWriter writer = opening ? writers.open(slow) : before;
              return new Woken(writer, outcomeOf(() -> append(writer, "from the sleeper")));
            });
    slow.awaitPause();
    boolean stored = point == Point.AFTER_MANIFEST;
    try (VaultWriter successor = writers.open(store)) {
      append(successor, "successor 1");
      append(successor, "successor 2");

      slow.release();
      Woken woken = sleeper.get(30, TimeUnit.SECONDS);

      if (stored) { // its number was taken before anybody else looked: it is right to be glad
        assertThat(woken.outcome).isEqualTo(2L);
        assertFenced(woken.writer, 3);
      } else {
        assertFencedBy(woken.outcome, 2);
        assertFenced(woken.writer, 2);
      }
      append(successor, "successor 3");
      woken.writer.close();
    }
    assertThat(writers.read(store))
        .isEqualTo(
            stored
                ? List.of("before", "from the sleeper", "successor 1", "successor 2", "successor 3")
                : List.of("before", "successor 1", "successor 2", "successor 3"));
  }

  @Test
  void a_writer_that_wakes_up_between_two_appends_stops_at_the_second() {
    try (VaultWriter sleeper = writers.open(store)) {
      append(sleeper, "acknowledged");
      // Here the worker would acknowledge to the slot: what it names is in the chain for good.
      try (VaultWriter successor = writers.open(store)) {
        append(successor, "successor");
      }
      assertFenced(sleeper, 2);
    }
    assertThat(writers.read(store)).containsExactly("acknowledged", "successor");
  }

  @Test
  void a_fenced_writer_does_not_come_back_when_the_others_manifest_is_gone() {
    try (VaultWriter fenced = writers.open(store);
        VaultWriter other = writers.open(store)) {
      append(other, "other");
      assertFenced(fenced, 1);
      store.delete(VaultLayout.manifest(TestWriters.MAIN, 1)); // nobody has the right to

      assertFenced(fenced, 1);
      assertThat(VaultReader.headOf(store, TestWriters.MAIN)).isZero();
    }
  }

  @Test
  void an_append_whose_answer_was_lost_is_recognised_after_another_went_on() {
    PausingObjectStore lossy = new PausingObjectStore(store);
    try (VaultWriter writer = writers.open(lossy)) {
      ChainEntry entry = segment(body(writer, "stored, unanswered"));
      lossy.loseNextAnswer();
      assertThatThrownBy(() -> writer.append(entry)).isInstanceOf(StoreException.class);
      try (VaultWriter successor = writers.open(store)) {
        append(successor, "successor");
      }

      assertThat(writer.append(entry).number()).isEqualTo(1);
      assertFenced(writer, 2);
    }
    assertThat(writers.read(store)).containsExactly("stored, unanswered", "successor");
  }

  @Test
  void an_append_that_never_arrived_is_not_taken_for_the_equal_one_of_another() {
    PausingObjectStore lossy = new PausingObjectStore(store);
    try (VaultWriter writer = writers.open(lossy)) {
      lossy.loseNextManifest();
      assertThatThrownBy(() -> writer.append(segment())).isInstanceOf(StoreException.class);
      try (VaultWriter successor = writers.open(store)) {
        successor.append(segment()); // equal but for the session
      }

      assertFencedBy(outcomeOf(() -> writer.append(segment())), 1);
      assertFenced(writer, 1);
    }
    assertThat(writers.read(store)).hasSize(1);
  }

  @Test
  void what_is_still_under_way_when_a_successor_opens_fences_one_of_the_two() throws Exception {
    PausingObjectStore slow = new PausingObjectStore(store);
    VaultWriter old = writers.open(slow);
    slow.pauseAt(Point.BEFORE_MANIFEST);
    Future<Object> underWay = threads.submit(() -> outcomeOf(() -> append(old, "late")));
    slow.awaitPause();
    try (VaultWriter successor = writers.open(store)) { // it saw an empty chain
      slow.release();
      assertThat(underWay.get(30, TimeUnit.SECONDS)).isEqualTo(1L);

      assertFenced(successor, 1);
      assertThat(append(old, "goes on").number()).isEqualTo(2);
    }
    old.close();
    assertThat(writers.read(store)).containsExactly("late", "goes on");
  }

  private record Woken(VaultWriter writer, Object outcome) {}

  /** Runs both at the same instant; one takes {@code number}, the other is told so. */
  private boolean oneWins(long number, Supplier<Manifest> left, Supplier<Manifest> right)
      throws Exception {
    CyclicBarrier together = new CyclicBarrier(2);
    Future<Object> ofLeft = atOnce(together, left);
    Future<Object> ofRight = atOnce(together, right);
    boolean leftWon = ofLeft.get(60, TimeUnit.SECONDS).equals(number);
    assertThat((leftWon ? ofLeft : ofRight).get(60, TimeUnit.SECONDS)).isEqualTo(number);
    assertFencedBy((leftWon ? ofRight : ofLeft).get(60, TimeUnit.SECONDS), number);
    return leftWon;
  }

  private Future<Object> atOnce(CyclicBarrier together, Supplier<Manifest> append) {
    return threads.submit(
        () -> {
          together.await(30, TimeUnit.SECONDS);
          return outcomeOf(append);
        });
  }

  /** The number that was taken, or the exception. */
  private static Object outcomeOf(Supplier<Manifest> append) {
    try {
      return append.get().number();
    } catch (VaultException e) {
      return e;
    }
  }

  private static void assertFenced(VaultWriter writer, long number) {
    assertThatThrownBy(() -> append(writer, "must not be"))
        .satisfies(fenced -> assertFencedBy(fenced, number));
    assertThatThrownBy(() -> writer.append(segment()))
        .satisfies(fenced -> assertFencedBy(fenced, number));
  }

  private static void assertFencedBy(Object outcome, long number) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            VaultException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.FENCED);
              assertThat(e)
                  .hasMessageContaining("another writer has taken")
                  .hasMessageContaining("chain/%016d.json".formatted(number))
                  .hasMessageContaining("only one worker");
            });
  }
}
