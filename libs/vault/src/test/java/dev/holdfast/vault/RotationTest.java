/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.body;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultFixture.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.VaultWriter.KeyInUse;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.store.FlakyObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** A writer goes on under a new data key, and everything stays readable. */
class RotationTest {

  private final VaultFixture vault = new VaultFixture();

  @Test
  void what_is_begun_afterwards_has_the_new_key_and_all_of_it_is_read() throws Exception {
    List<Manifest> chain;
    ObjectRef before;
    ObjectRef across;
    ObjectRef after;
    try (VaultWriter writer = vault.writer()) {
      KeyInUse first = writer.key();
      before = body(writer, bytes(100));
      try (VaultWriter.Body open = writer.begin(ObjectKind.ROWS, 1)) {
        open.write(bytes(300_000), 0, 150_000);
        KeyInUse second = writer.rotate();
        assertThat(second.id()).isNotEqualTo(first.id()).isEqualTo(writer.key().id());
        open.write(bytes(300_000), 150_000, 150_000);
        across = open.finish();
        after = body(writer, bytes(200));
        assertThat(before.dataKey()).isEqualTo(first.id());
        assertThat(across.dataKey()).isEqualTo(first.id());
        assertThat(after.dataKey()).isEqualTo(second.id());
      }
      chain =
          List.of(
              writer.append(segment(100, 200, List.of(before, across))),
              writer.append(segment(200, 300, List.of(after))));
    }
    try (VaultReader reader = vault.reader()) {
      assertThat(reader.chain(MAIN)).isEqualTo(chain);
      assertThat(reader.open(before, vault.identity)).hasBinaryContent(bytes(100));
      assertThat(reader.open(across, vault.identity)).hasBinaryContent(bytes(300_000));
      assertThat(reader.open(after, vault.identity)).hasBinaryContent(bytes(200));
    }
  }

  @Test
  void a_rotation_that_cannot_be_stored_leaves_the_key_in_use() {
    FlakyObjectStore flaky = new FlakyObjectStore(vault.store);
    try (VaultWriter writer = vault.writer(flaky)) {
      KeyInUse first = writer.key();
      flaky.failNext(1, StoreException.Reason.UNAVAILABLE);

      assertThatThrownBy(writer::rotate).isInstanceOf(StoreException.class);

      assertThat(writer.key()).isEqualTo(first);
      assertThat(body(writer, bytes(5)).dataKey()).isEqualTo(first.id());
    }
  }

  @Test
  void writers_do_not_notice_that_the_key_is_wiped_under_them() throws Exception {
    Set<String> keys = new HashSet<>();
    try (VaultWriter writer = vault.writer();
        VaultReader reader = vault.reader();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      AtomicBoolean done = new AtomicBoolean();
      Future<?> rotating =
          threads.submit(
              () -> {
                while (!done.get()) {
                  writer.rotate();
                }
              });
      for (int i = 0; i < 200; i++) {
        ObjectRef ref = body(writer, bytes(50));
        keys.add(ref.dataKey());
        assertThat(reader.open(ref, vault.identity)).hasBinaryContent(bytes(50));
      }
      done.set(true);
      rotating.get();
    }
    assertThat(keys).hasSizeGreaterThan(1);
  }
}
