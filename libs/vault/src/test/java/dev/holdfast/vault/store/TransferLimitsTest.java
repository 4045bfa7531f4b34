/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class TransferLimitsTest {

  private final MemoryObjectStore memory = new MemoryObjectStore();

  @Test
  void two_stores_of_a_region_share_its_bandwidth() {
    TransferLimits limits =
        new TransferLimits(OptionalLong.of(1_000_000), OptionalLong.empty(), OptionalInt.empty());
    long began = System.nanoTime();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 4; i++) {
        ObjectKey key = new ObjectKey("a" + i);
        ObjectStore one = new LimitedObjectStore(memory, limits);
        threads.submit(() -> one.putIfAbsent(key, Content.of(new byte[250_000])));
      }
    }
    assertThat(System.nanoTime() - began).isBetween(950_000_000L, 5_000_000_000L);
  }

  @Test
  void what_comes_down_is_slowed_on_its_own() throws IOException {
    ObjectStore limited =
        new LimitedObjectStore(
            memory,
            new TransferLimits(
                OptionalLong.empty(), OptionalLong.of(1_000_000), OptionalInt.empty()));
    limited.putIfAbsent(new ObjectKey("a"), Content.of(new byte[500_000]));
    long began = System.nanoTime();
    try (InputStream in = limited.open(new ObjectKey("a")).orElseThrow()) {
      assertThat(in.readAllBytes()).hasSize(500_000);
    }
    assertThat(System.nanoTime() - began).isBetween(450_000_000L, 5_000_000_000L);
  }

  @Test
  @Timeout(20)
  void requests_wait_for_a_place_and_a_read_holds_one_until_it_is_closed() throws Exception {
    memory.putIfAbsent(new ObjectKey("a"), Content.of(new byte[10]));
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ObjectStore counted =
        new AroundObjectStore(memory) {
          @Override
          <T> T around(
              StoreListener.Operation operation,
              String doing,
              long bytes,
              java.util.function.Supplier<T> request) {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
              Thread.yield();
              return request.get();
            } finally {
              now.decrementAndGet();
            }
          }
        };
    ObjectStore limited =
        new LimitedObjectStore(
            counted,
            new TransferLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalInt.of(3)));
    InputStream held = limited.open(new ObjectKey("a")).orElseThrow();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 200; i++) {
        threads.submit(() -> limited.stat(new ObjectKey("a")));
      }
    }
    assertThat(most.get()).isLessThanOrEqualTo(2);
    held.close();
    held.close();
    List<InputStream> all = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      all.add(limited.open(new ObjectKey("a")).orElseThrow());
    }
    Thread blocked = Thread.ofVirtual().start(() -> limited.stat(new ObjectKey("a")));
    assertThat(blocked.join(java.time.Duration.ofMillis(100))).isFalse();
    all.getFirst().close();
    assertThat(blocked.join(java.time.Duration.ofSeconds(10))).isTrue();
  }

  @Test
  @Timeout(20)
  void what_a_listing_hands_out_is_worked_on_without_its_place() {
    ObjectStore limited =
        new LimitedObjectStore(
            memory,
            new TransferLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalInt.of(1)));
    limited.putIfAbsent(new ObjectKey("a"), Content.of(new byte[1]));
    List<Optional<ObjectStore.Stat>> found = new ArrayList<>();
    limited.list("", Optional.empty(), stat -> found.add(limited.stat(stat.key())));
    assertThat(found).hasSize(1);
  }

  @Test
  void a_limit_of_nothing_is_refused() {
    assertThatThrownBy(
            () -> new TransferLimits(OptionalLong.of(0), OptionalLong.empty(), OptionalInt.empty()))
        .hasMessageContaining("0 bytes a second");
    assertThatThrownBy(
            () -> new TransferLimits(OptionalLong.empty(), OptionalLong.empty(), OptionalInt.of(0)))
        .hasMessageContaining("concurrent requests");
  }
}
