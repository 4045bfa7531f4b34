/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.store.ObjectStore.PutOutcome;
import dev.holdfast.vault.store.ObjectStore.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every object store must do; each adapter's test extends it. */
abstract class ObjectStoreContract {

  private ObjectStore store;

  /** A fresh, empty store. */
  abstract ObjectStore open() throws Exception;

  ObjectStore store() {
    return store;
  }

  @BeforeEach
  void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void an_object_is_read_as_it_was_stored() {
    byte[] bytes = random(1, 3_000_000);

    assertThat(put("a/b/c", bytes)).isEqualTo(PutOutcome.CREATED);

    assertThat(read("a/b/c")).contains(bytes);
    assertThat(store.stat(key("a/b/c"))).contains(new Stat(key("a/b/c"), 3_000_000));
  }

  @Test
  void an_empty_object_is_an_object() {
    assertThat(put("empty", new byte[0])).isEqualTo(PutOutcome.CREATED);

    assertThat(read("empty")).contains(new byte[0]);
    assertThat(put("empty", new byte[1])).isEqualTo(PutOutcome.EXISTS);
  }

  @Test
  void nothing_is_overwritten() {
    put("a", "first".getBytes());

    assertThat(put("a", "second".getBytes())).isEqualTo(PutOutcome.EXISTS);

    assertThat(read("a")).contains("first".getBytes());
  }

  @Test
  void what_is_not_there_is_empty() {
    put("folder/object", new byte[1]);

    assertThat(store.open(key("nothing"))).isEmpty();
    assertThat(store.stat(key("nothing"))).isEmpty();
    assertThat(store.open(key("nothing/below"))).isEmpty();
    assertThat(store.stat(key("folder/object/below"))).isEmpty();
    assertThat(store.stat(key("folder"))).isEmpty();
  }

  @Test
  void a_deleted_object_is_gone_and_its_name_is_free() {
    put("a/b", new byte[1]);

    store.delete(key("a/b"));
    store.delete(key("a/b"));

    assertThat(store.stat(key("a/b"))).isEmpty();
    assertThat(put("a/b", new byte[2])).isEqualTo(PutOutcome.CREATED);
  }

  @Test
  void of_many_concurrent_writers_of_one_name_exactly_one_wins() throws Exception {
    int writers = 8;
    for (int round = 0; round < 25; round++) {
      String name = "chain/" + round;
      CyclicBarrier together = new CyclicBarrier(writers);
      List<Future<PutOutcome>> outcomes = new ArrayList<>();
      try (var threads = Executors.newFixedThreadPool(writers)) {
        for (int writer = 0; writer < writers; writer++) {
          byte[] bytes = random(writer, 2000 + writer);
          outcomes.add(
              threads.submit(
                  () -> {
                    together.await();
                    return put(name, bytes);
                  }));
        }
      }
      List<Integer> winners = new ArrayList<>();
      for (int writer = 0; writer < writers; writer++) {
        if (outcomes.get(writer).get() == PutOutcome.CREATED) {
          winners.add(writer);
        }
      }
      assertThat(winners).as("winners of round " + round).hasSize(1);
      assertThat(read(name)).contains(random(winners.getFirst(), 2000 + winners.getFirst()));
    }
  }

  @Test
  void listings_are_in_key_order_and_by_plain_prefix() {
    List<String> keys =
        new ArrayList<>(
            List.of("a_", "a-b", "a.b", "a/b", "a/c/d", "a0", "b/1", "b/10", "b/2", "b_", "ba"));
    Collections.shuffle(keys, new Random(7));
    keys.forEach(each -> put(each, new byte[3]));

    assertThat(list("", null))
        .containsExactly(
            "a-b", "a.b", "a/b", "a/c/d", "a0", "a_", "b/1", "b/10", "b/2", "b_", "ba");
    assertThat(list("a/", null)).containsExactly("a/b", "a/c/d");
    assertThat(list("b/1", null)).containsExactly("b/1", "b/10");
    assertThat(list("b", "b/1")).containsExactly("b/10", "b/2", "b_", "ba");
    assertThat(list("", "a/c/d")).containsExactly("a0", "a_", "b/1", "b/10", "b/2", "b_", "ba");
    assertThat(list("", "a/b")).startsWith("a/c/d");
    assertThat(list("", "a/a")).startsWith("a/b");
    assertThat(list("zzz", null)).isEmpty();
    assertThat(list("a/c/d/e", null)).isEmpty();
  }

  @Test
  void long_listings_are_complete() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 2500; i++) {
      String name = String.format("sources/main/chain/%016d.json", i);
      expected.add(name);
    }
    expected.parallelStream().forEach(name -> put(name, new byte[1]));

    assertThat(list("sources/main/chain/", null)).isEqualTo(expected);
    assertThat(list("sources/main/chain/", expected.get(2100)))
        .isEqualTo(expected.subList(2101, 2500));
  }

  @Test
  void a_listing_can_be_left_early() {
    put("a", new byte[1]);
    put("b", new byte[1]);
    RuntimeException enough = new RuntimeException("enough");

    assertThatThrownBy(
            () ->
                store.list(
                    "",
                    Optional.empty(),
                    stat -> {
                      throw enough;
                    }))
        .isSameAs(enough);
  }

  PutOutcome put(String name, byte[] bytes) {
    return store.putIfAbsent(key(name), Content.of(bytes));
  }

  Optional<byte[]> read(String name) {
    return store
        .open(key(name))
        .map(
            stream -> {
              try (stream) {
                return stream.readAllBytes();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
  }

  List<String> list(String prefix, @Nullable String after) {
    List<String> names = new ArrayList<>();
    store.list(
        prefix,
        Optional.ofNullable(after).map(ObjectKey::new),
        stat -> names.add(stat.key().value()));
    return names;
  }

  static ObjectKey key(String name) {
    return new ObjectKey(name);
  }

  static byte[] random(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
