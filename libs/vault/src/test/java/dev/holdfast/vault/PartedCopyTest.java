/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.PartUploads;
import dev.holdfast.vault.store.StoreException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Large objects are copied in parts; a broken copy goes on where it was. */
class PartedCopyTest {

  private final VaultFixture vault = new VaultFixture();
  private final MemoryObjectStore copy = new MemoryObjectStore();
  private final List<Integer> sent = Collections.synchronizedList(new ArrayList<>());
  private final AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
  private final ObjectRef large;

  PartedCopyTest() throws Exception {
    try (VaultWriter writer = vault.writer();
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
      PartedOutgoingTest.write(body, 45_000_000);
      large = body.finish();
    }
  }

  @Test
  void a_large_object_is_copied_in_parts() {
    assertThat(copier().copy(large)).isSameAs(vault.store);

    assertThat(sent).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
    assertThat(copy.stat(large.key()).orElseThrow().size()).isEqualTo(large.size());
    assertThat(AbandonedUploads.find(copy, "", java.time.Instant.MAX)).isEmpty();

    sent.clear();
    copier().copy(large);
    assertThat(sent).isEmpty();
  }

  @Test
  void a_broken_copy_goes_on_with_the_parts_that_are_there() {
    left.set(3);
    assertThatThrownBy(() -> copier().copy(large)).isInstanceOf(StoreException.class);
    List<Integer> before = List.copyOf(sent);
    assertThat(before).hasSize(3);
    assertThat(copy.stat(large.key())).isEmpty();

    left.set(Integer.MAX_VALUE);
    sent.clear();
    copier().copy(large);

    assertThat(sent).hasSize(3).doesNotContainAnyElementsOf(before);
    assertThat(copy.stat(large.key())).isPresent();
  }

  @Test
  void a_part_with_other_bytes_is_sent_again() {
    PartUploads parts = copy.parts().orElseThrow();
    PartUploads.Upload begun = parts.begin(large.key());
    parts.put(begun, 2, Content.of(new byte[PartedOutgoing.PART]));

    copier().copy(large);

    assertThat(sent).contains(2);
  }

  @Test
  void nothing_becomes_visible_of_a_damaged_source() throws Exception {
    byte[] bytes = vault.stored(large.key());
    bytes[bytes.length / 2] ^= 1;
    vault.replace(large.key(), bytes);

    VaultWriterTest.assertThatVaultException(
            () -> copier().copy(large), VaultException.Reason.DAMAGED)
        .hasMessageContaining(large.key().value());

    assertThat(copy.stat(large.key())).isEmpty();
  }

  private VaultCopier copier() {
    return new VaultCopier(vault.reader(), new Counting());
  }

  /** Counts parts, and fails when it was told how many come through. */
  private final class Counting extends ForwardingObjectStore {
    Counting() {
      super(copy);
    }

    @Override
    public Optional<PartUploads> parts() {
      PartUploads parts = copy.parts().orElseThrow();
      return Optional.of(
          new PartUploads() {
            @Override
            public Upload begin(ObjectKey key) {
              return parts.begin(key);
            }

            @Override
            public Part put(Upload upload, int number, Content content) {
              if (left.getAndDecrement() <= 0) {
                throw new StoreException(
                    StoreException.Reason.UNAVAILABLE, "the line is cut", null);
              }
              Part part = parts.put(upload, number, content);
              sent.add(number);
              return part;
            }

            @Override
            public List<Part> stored(Upload upload) {
              return parts.stored(upload);
            }

            @Override
            public PutOutcome complete(Upload upload, List<Part> all) {
              return parts.complete(upload, all);
            }

            @Override
            public void abort(Upload upload) {
              parts.abort(upload);
            }

            @Override
            public void list(String prefix, Consumer<Upload> each) {
              parts.list(prefix, each);
            }
          });
    }

    @Override
    public String describe() {
      return "counting";
    }

    @Override
    public void close() {}
  }
}
