/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.store.ObjectStore.PutOutcome;
import dev.holdfast.vault.store.ObjectStore.Stat;
import dev.holdfast.vault.store.PartUploads.Part;
import dev.holdfast.vault.store.PartUploads.Upload;
import dev.holdfast.vault.store.StoreException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
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

  @Test
  void a_read_may_begin_anywhere() throws IOException {
    byte[] bytes = random(3, 300_000);
    put("a/b", bytes);

    assertThat(from("a/b", 0)).isEqualTo(bytes);
    assertThat(from("a/b", 1)).isEqualTo(Arrays.copyOfRange(bytes, 1, bytes.length));
    assertThat(from("a/b", 200_001)).isEqualTo(Arrays.copyOfRange(bytes, 200_001, bytes.length));
    assertThat(from("a/b", 300_000)).isEmpty();
    assertThat(from("a/b", 300_001)).isEmpty();
    assertThat(store.open(key("nothing"), 5)).isEmpty();
  }

  private byte[] from(String name, long offset) throws IOException {
    try (InputStream in = store.open(key(name), offset).orElseThrow()) {
      return in.readAllBytes();
    }
  }

  @Test
  void a_read_may_be_left_early() throws IOException {
    byte[] bytes = random(4, 8_000_000);
    put("a", bytes);
    for (int i = 0; i < 80; i++) {
      try (InputStream in = store.open(key("a")).orElseThrow()) {
        assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOf(bytes, 10));
      }
    }
    assertThat(read("a")).contains(bytes);
  }

  @Test
  void parts_make_an_object_when_they_are_complete() {
    PartUploads parts = parts();
    byte[] first = random(5, (int) PartUploads.SMALLEST);
    byte[] last = random(6, 1000);
    Upload upload = parts.begin(key("a/big"));

    Part two = parts.put(upload, 2, Content.of(last));
    Part one = parts.put(upload, 1, Content.of(first));

    assertThat(store.stat(key("a/big"))).isEmpty();
    assertThat(list("", null)).isEmpty();
    assertThat(parts.stored(upload)).extracting(Part::number).containsExactly(1, 2);
    assertThat(parts.stored(upload)).extracting(Part::etag).containsExactly(one.etag(), two.etag());

    assertThat(parts.complete(upload, List.of(one, two))).isEqualTo(PutOutcome.CREATED);

    byte[] whole = Arrays.copyOf(first, first.length + last.length);
    System.arraycopy(last, 0, whole, first.length, last.length);
    assertThat(read("a/big")).contains(whole);
    // An answer that was lost: some stores say it again, with others the upload is gone.
    assertThat(parts.complete(upload, List.of(one, two)))
        .isIn(PutOutcome.EXISTS, PutOutcome.CREATED);
    assertThat(read("a/big")).contains(whole);
  }

  @Test
  void a_part_is_replaced_by_one_of_its_number() {
    PartUploads parts = parts();
    Upload upload = parts.begin(key("a"));
    parts.put(upload, 1, Content.of(random(7, 10)));
    Part second = parts.put(upload, 1, Content.of(random(8, 20)));

    parts.complete(upload, List.of(second));

    assertThat(read("a")).contains(random(8, 20));
  }

  @Test
  void an_aborted_upload_is_gone() {
    PartUploads parts = parts();
    Upload upload = parts.begin(key("a"));
    Part part = parts.put(upload, 1, Content.of(new byte[10]));
    parts.abort(upload);
    parts.abort(upload);

    assertThat(uploads("")).isEmpty();
    if (refusesLateParts()) {
      assertGone(() -> parts.put(upload, 2, Content.of(new byte[10])));
      assertGone(() -> parts.stored(upload));
    }
    assertGone(() -> parts.complete(upload, List.of(part)));
    assertThat(store.stat(key("a"))).isEmpty();
  }

  @Test
  void uploads_that_are_not_complete_are_found_and_can_be_gone_on_with() {
    PartUploads parts = parts();
    parts.put(parts.begin(key("a/one")), 1, Content.of(random(1, 10)));
    parts.begin(key("b/two"));

    assertThat(uploads("")).containsExactly("a/one", "b/two");
    assertThat(uploads("a/")).containsExactly("a/one");
    assertThat(uploads("c")).isEmpty();

    parts.list(
        "a/one",
        found -> {
          assertThat(found.begunAt())
              .isBetween(Instant.now().minusSeconds(600), Instant.now().plusSeconds(600));
          parts.complete(found, parts.stored(found));
        });
    assertThat(read("a/one")).contains(random(1, 10));
    assertThat(uploads("")).containsExactly("b/two");
  }

  @Test
  void parts_do_not_overwrite_where_the_store_says_so() {
    PartUploads parts = parts();
    Assumptions.assumeTrue(
        conditionalParts(), "this store ignores If-None-Match when an upload is completed");
    put("a", new byte[1]);
    Upload upload = parts.begin(key("a"));
    Part part = parts.put(upload, 1, Content.of(new byte[2]));

    assertThat(parts.complete(upload, List.of(part))).isEqualTo(PutOutcome.EXISTS);

    assertThat(read("a")).contains(new byte[1]);
  }

  @Test
  void the_probe_finds_that_one_name_has_one_writer() {
    assertThat(new ConditionalWriteProbe(store).run())
        .isInstanceOfSatisfying(
            ConditionalWriteProbe.Finding.Honoured.class,
            found -> {
              assertThat(found.rounds()).isEqualTo(8);
              assertThat(found.left()).isZero();
              assertThat(found.parts()).isEqualTo(store.parts().map(parts -> conditionalParts()));
            });
  }

  /** Whether completing an upload in parts honours {@code If-None-Match} too. */
  boolean conditionalParts() {
    return true;
  }

  /**
   * Whether a part of an upload that was aborted is refused when it is put, not only at the end.
   */
  boolean refusesLateParts() {
    return true;
  }

  private PartUploads parts() {
    Assumptions.assumeTrue(store.parts().isPresent(), "this store takes whole objects only");
    return store.parts().orElseThrow();
  }

  private List<String> uploads(String prefix) {
    List<String> names = new ArrayList<>();
    store.parts().orElseThrow().list(prefix, upload -> names.add(upload.key().value()));
    return names;
  }

  private static void assertGone(ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.GONE));
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
