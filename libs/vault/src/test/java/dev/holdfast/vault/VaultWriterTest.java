/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.CLOCK;
import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.body;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultFixture.hole;
import static dev.holdfast.vault.VaultFixture.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.VaultException.Reason;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.HybridIdentity;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.FlakyObjectStore;
import dev.holdfast.vault.store.StoreException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class VaultWriterTest {

  private final VaultFixture vault = new VaultFixture();
  private final FlakyObjectStore flaky = new FlakyObjectStore(vault.store);

  @Test
  void a_new_writer_goes_on_after_the_head() {
    List<Manifest> before;
    try (VaultWriter first = vault.writer()) {
      before = vault.fill(first);
    }
    try (VaultWriter second = vault.writer()) {
      assertThat(second.head()).contains(before.getLast());
      assertThat(second.append(hole(300)).number()).isEqualTo(4);
    }
    assertThat(vault.reader().chain(MAIN)).hasSize(4);
  }

  @Test
  void each_writer_has_a_data_key_of_its_own() {
    try (VaultWriter first = vault.writer();
        VaultWriter second = vault.writer()) {
      assertThat(body(first, bytes(1)).dataKey()).isNotEqualTo(body(second, bytes(1)).dataKey());
    }
  }

  @Test
  void the_older_of_two_writers_is_fenced_and_stays_fenced() {
    try (VaultWriter older = vault.writer();
        VaultWriter newer = vault.writer()) {
      vault.fill(newer);

      assertThatVaultException(() -> older.append(hole(100)), Reason.FENCED)
          .hasMessageContaining("0000000000000001.json")
          .hasMessageContaining("only one worker");
      assertThatVaultException(() -> older.append(hole(100)), Reason.FENCED);
      assertThat(newer.append(hole(300)).number()).isEqualTo(4);
    }
  }

  @Test
  void of_many_writers_that_append_at_once_exactly_one_goes_on() throws Exception {
    int writers = 6;
    for (int round = 0; round < 20; round++) {
      CyclicBarrier together = new CyclicBarrier(writers);
      List<Future<Manifest>> outcomes = new ArrayList<>();
      List<VaultWriter> open = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        open.add(vault.writer());
      }
      try (var threads = Executors.newFixedThreadPool(writers)) {
        for (VaultWriter writer : open) {
          outcomes.add(
              threads.submit(
                  () -> {
                    together.await();
                    return writer.append(hole(100));
                  }));
        }
      }
      int won = 0;
      for (Future<Manifest> outcome : outcomes) {
        try {
          assertThat(outcome.get().number()).isEqualTo(round + 1);
          won++;
        } catch (ExecutionException e) {
          assertThat(e.getCause())
              .isInstanceOfSatisfying(
                  VaultException.class,
                  fenced -> assertThat(fenced.reason()).isEqualTo(Reason.FENCED));
        }
      }
      // Key, clock and entry are the same for all: only the session tells them apart.
      assertThat(won).isEqualTo(1);
      open.forEach(VaultWriter::close);
    }
    assertThat(vault.reader().chain(MAIN)).hasSize(20);
  }

  @Test
  void an_append_whose_answer_was_lost_succeeds_when_it_is_repeated() {
    try (VaultWriter writer = vault.writer(flaky)) {
      flaky.loseAnswers(1);
      assertThatThrownBy(() -> writer.append(hole(100))).isInstanceOf(StoreException.class);

      Manifest manifest = writer.append(hole(100));

      assertThat(manifest.number()).isEqualTo(1);
      assertThat(vault.reader().chain(MAIN)).containsExactly(manifest);
      assertThat(writer.append(hole(200)).number()).isEqualTo(2);
    }
  }

  @Test
  void an_append_that_never_arrived_succeeds_when_it_is_repeated() {
    try (VaultWriter writer = vault.writer(flaky)) {
      flaky.failNext(1, StoreException.Reason.UNAVAILABLE);
      assertThatThrownBy(() -> writer.append(hole(100))).isInstanceOf(StoreException.class);

      assertThat(writer.append(hole(100)).number()).isEqualTo(1);
      assertThat(vault.reader().chain(MAIN)).hasSize(1);
    }
  }

  @Test
  void while_an_append_is_in_doubt_no_other_entry_is_taken() {
    try (VaultWriter writer = vault.writer(flaky)) {
      flaky.loseAnswers(1);
      assertThatThrownBy(() -> writer.append(hole(100))).isInstanceOf(StoreException.class);

      assertThatThrownBy(() -> writer.append(hole(200)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("append the same entry again");
    }
    assertThat(vault.reader().chain(MAIN)).hasSize(1);
  }

  @Test
  void an_upload_whose_answer_was_lost_succeeds_when_it_is_repeated() throws Exception {
    try (VaultWriter writer = vault.writer(flaky);
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1)) {
      body.write(bytes(1000));
      flaky.loseAnswers(1);
      assertThatThrownBy(body::finish).isInstanceOf(StoreException.class);

      ObjectRef ref = body.finish();

      assertThat(body.finish()).isEqualTo(ref);
      vault.reader().check(ref);
      assertThat(vault.reader().open(ref, vault.identity)).hasBinaryContent(bytes(1000));
    }
  }

  @Test
  void an_abandoned_body_leaves_nothing() throws Exception {
    try (VaultWriter writer = vault.writer()) {
      VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1);
      body.write(bytes(1_000_000));
      body.close();
      body.close();

      assertThatThrownBy(body::finish).isInstanceOf(IllegalStateException.class);
    }
    List<String> data = new ArrayList<>();
    vault.store.list(
        VaultLayout.dataPrefix(MAIN), Optional.empty(), stat -> data.add(stat.key().value()));
    assertThat(data).isEmpty();
  }

  @Test
  void a_body_larger_than_memory_allows_goes_over_a_file() throws Exception {
    try (VaultWriter writer = vault.writer();
        Spool spool = new Spool(100_000)) {
      byte[] bytes = bytes(1_000_000);
      spool.write(bytes, 0, 60_000);
      spool.write(bytes, 60_000, 60_000);
      spool.write(bytes, 120_000, 880_000);
      spool.finish();

      assertThat(spool.length()).isEqualTo(1_000_000);
      assertThat(spool.open()).hasBinaryContent(bytes);
      assertThat(spool.open()).hasBinaryContent(bytes);
      assertThat(writer.head()).isEmpty();
    }
  }

  @Test
  void stored_and_plain_bytes_are_told_while_writing() throws Exception {
    try (VaultWriter writer = vault.writer();
        VaultWriter.Body body = writer.begin(ObjectKind.SEGMENT, 1, 1)) {
      byte[] bytes = bytes(4_000_000);
      body.write(bytes);
      body.write(7);

      assertThat(body.plainBytes()).isEqualTo(4_000_001);
      assertThat(body.storedBytes()).isBetween(3_000_000L, 4_100_000L);
      assertThat(body.finish().size()).isBetween(4_000_000L, 4_100_000L);
    }
  }

  @Test
  void a_closed_writer_begins_nothing() {
    VaultWriter writer = vault.writer();
    writer.close();
    assertThatThrownBy(() -> writer.begin(ObjectKind.SEGMENT, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  void a_head_that_another_key_signed_is_not_continued_unless_trusted() {
    try (VaultWriter first = vault.writer()) {
      vault.fill(first);
    }
    SigningKey other = SigningKey.generate();
    List<dev.holdfast.vault.crypto.Recipient> to = List.of(vault.identity.recipient());

    assertThatVaultException(
            () -> VaultWriter.open(vault.store, MAIN, to, other, CLOCK), Reason.UNTRUSTED)
        .hasMessageContaining(vault.signer.publicKey().id());

    try (VaultWriter next =
        VaultWriter.open(vault.store, MAIN, to, other, CLOCK, Set.of(vault.signer.publicKey()))) {
      assertThat(next.append(hole(300)).number()).isEqualTo(4);
    }
  }

  @Test
  void without_a_recipient_nothing_is_opened() {
    assertThatThrownBy(() -> VaultWriter.open(vault.store, MAIN, List.of(), vault.signer, CLOCK))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("recipient");
  }

  @Test
  void every_recipient_reads_and_nobody_else() {
    HybridIdentity second = Identity.generate();
    HybridIdentity stranger = Identity.generate();
    ObjectRef ref;
    try (VaultWriter writer =
        VaultWriter.open(
            vault.store,
            MAIN,
            List.of(vault.identity.recipient(), second.recipient()),
            vault.signer,
            CLOCK)) {
      ref = body(writer, bytes(10));
      writer.append(segment(1, 2, List.of(ref)));
    }
    assertThat(vault.reader().open(ref, vault.identity)).hasBinaryContent(bytes(10));
    assertThat(vault.reader().open(ref, second)).hasBinaryContent(bytes(10));
    assertThatVaultException(() -> vault.reader().open(ref, stranger), Reason.WRONG_KEY)
        .hasMessageContaining(stranger.recipient().id())
        .hasMessageContaining(second.recipient().id());
  }

  static org.assertj.core.api.AbstractThrowableAssert<?, ? extends Throwable>
      assertThatVaultException(ThrowingCallable call, Reason reason) {
    return assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            VaultException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }
}
