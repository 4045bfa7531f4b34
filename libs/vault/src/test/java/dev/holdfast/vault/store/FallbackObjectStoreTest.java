/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.store.StoreException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FallbackObjectStoreTest {

  private final MemoryObjectStore near = new MemoryObjectStore();
  private final MemoryObjectStore far = new MemoryObjectStore();
  private final FlakyObjectStore flaky = new FlakyObjectStore(near);
  private final FallbackObjectStore both = new FallbackObjectStore(List.of(flaky, far));
  private final ObjectKey key = new ObjectKey("a");

  @Test
  void the_first_store_that_has_an_object_gives_it() {
    near.putIfAbsent(key, Content.of(new byte[1]));
    far.putIfAbsent(key, Content.of(new byte[2]));
    far.putIfAbsent(new ObjectKey("b"), Content.of(new byte[3]));

    assertThat(both.open(key).orElseThrow()).hasBinaryContent(new byte[1]);
    assertThat(both.stat(new ObjectKey("b")).orElseThrow().size()).isEqualTo(3);
  }

  @Test
  void a_store_that_fails_is_passed_over() {
    far.putIfAbsent(key, Content.of(new byte[2]));
    flaky.failNext(1, Reason.UNAVAILABLE);

    assertThat(both.open(key).orElseThrow()).hasBinaryContent(new byte[2]);
  }

  @Test
  void an_object_is_not_called_absent_while_a_store_does_not_answer() {
    flaky.failNext(1, Reason.UNAVAILABLE);

    assertThatThrownBy(() -> both.open(key)).isInstanceOf(StoreException.class);
    assertThat(both.open(key)).isEmpty();
  }

  @Test
  void a_listing_holds_what_any_store_holds() {
    near.putIfAbsent(new ObjectKey("b"), Content.of(new byte[1]));
    far.putIfAbsent(new ObjectKey("a"), Content.of(new byte[1]));
    far.putIfAbsent(new ObjectKey("b"), Content.of(new byte[1]));
    List<String> keys = new ArrayList<>();

    both.list("", Optional.empty(), stat -> keys.add(stat.key().value()));

    assertThat(keys).containsExactly("a", "b");
  }

  @Test
  void nothing_is_written() {
    assertThatThrownBy(() -> both.putIfAbsent(key, Content.of(new byte[1])))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> both.delete(key)).isInstanceOf(UnsupportedOperationException.class);
  }
}
