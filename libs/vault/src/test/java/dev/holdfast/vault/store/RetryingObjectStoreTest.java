/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.store.ObjectStore.PutOutcome;
import dev.holdfast.vault.store.StoreException.Reason;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RetryingObjectStoreTest extends ObjectStoreContract {

  private final FlakyObjectStore flaky = new FlakyObjectStore(new MemoryObjectStore());
  private final List<Integer> pauses = new ArrayList<>();

  @Override
  ObjectStore open() {
    return new RetryingObjectStore(flaky, pauses::add);
  }

  @Test
  void an_unavailable_store_is_asked_again() {
    flaky.failNext(3, Reason.UNAVAILABLE);

    assertThat(put("a", new byte[1])).isEqualTo(PutOutcome.CREATED);

    assertThat(pauses).containsExactly(1, 2, 3);
  }

  @Test
  void a_put_whose_answer_was_lost_says_that_the_object_exists() {
    flaky.loseAnswers(1);

    assertThat(put("a", new byte[1])).isEqualTo(PutOutcome.EXISTS);
    assertThat(read("a")).contains(new byte[1]);
  }

  @Test
  void it_gives_up_after_five_tries() {
    flaky.failNext(100, Reason.UNAVAILABLE);

    assertThatThrownBy(() -> store().stat(key("a"))).isInstanceOf(StoreException.class);

    assertThat(pauses).hasSize(4);
  }

  @Test
  void what_no_retry_helps_is_not_retried() {
    flaky.failNext(1, Reason.DENIED);

    assertThatThrownBy(() -> store().stat(key("a"))).isInstanceOf(StoreException.class);

    assertThat(pauses).isEmpty();
  }

  @Test
  void a_listing_that_breaks_off_is_continued_without_repeating_anything() {
    for (int i = 0; i < 9; i++) {
      put("a" + i, new byte[1]);
    }
    flaky.breakListingsAfter(2, 3);
    List<String> seen = new ArrayList<>();

    store().list("", Optional.empty(), stat -> seen.add(stat.key().value()));

    assertThat(seen).containsExactly("a0", "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8");
  }

  @Test
  void a_read_that_breaks_off_goes_on_where_it_was() {
    byte[] bytes = random(1, 1000);
    put("a", bytes);
    flaky.breakReadsAfter(100, 9);

    assertThat(read("a")).contains(bytes);

    // Each break came after progress: nine pauses before a first new try.
    assertThat(pauses).hasSize(9).containsOnly(1);
  }

  @Test
  void a_read_from_the_middle_goes_on_from_there() throws Exception {
    byte[] bytes = random(2, 1000);
    put("a", bytes);
    flaky.breakReadsAfter(100, 3);

    try (InputStream in = store().open(key("a"), 600).orElseThrow()) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 600, 1000));
    }
  }

  @Test
  void a_read_that_gets_no_byte_further_gives_up_after_five_tries() throws Exception {
    put("a", new byte[1000]);
    flaky.breakReadsAfter(0, 100);

    try (InputStream in = store().open(key("a")).orElseThrow()) {
      assertThatThrownBy(in::readAllBytes).hasMessage("the line is cut");
    }

    assertThat(pauses).containsExactly(1, 2, 3, 4);
  }

  @Test
  void a_read_of_an_object_that_was_deleted_meanwhile_says_so() throws Exception {
    put("a", new byte[1000]);
    flaky.breakReadsAfter(100, 1);

    try (InputStream in = store().open(key("a")).orElseThrow()) {
      store().delete(key("a"));
      assertThatThrownBy(in::readAllBytes).hasMessageContaining("deleted");
    }
  }
}
