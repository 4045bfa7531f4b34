/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.store.FlakyObjectStore;
import dev.holdfast.vault.store.PartUploads;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Large objects are uploaded while they are written. */
class PartedOutgoingTest {

  private static final int LARGE = 45_000_000;

  private final VaultFixture vault = new VaultFixture();
  private final FlakyObjectStore flaky = new FlakyObjectStore(vault.store);

  @Test
  void a_large_object_is_on_its_way_before_it_is_complete() throws Exception {
    try (VaultWriter writer = vault.writer();
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
      write(body, LARGE);

      assertThat(parts()).isNotEmpty();
      assertThat(objects()).isEmpty();

      ObjectRef ref = body.finish();

      assertThat(body.finish()).isEqualTo(ref);
      assertThat(uploads()).isEmpty();
      assertWhole(ref);
    }
  }

  @Test
  void a_small_object_is_stored_as_a_whole() throws Exception {
    try (VaultWriter writer = vault.writer();
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
      write(body, 20_000_000);
      assertThat(uploads()).isEmpty();
      assertWhole(body.finish(), 20_000_000);
    }
  }

  @Test
  void a_store_that_goes_away_meanwhile_costs_nothing_but_time() throws Exception {
    try (VaultWriter writer = vault.writer(flaky);
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
      flaky.failNext(Integer.MAX_VALUE, StoreException.Reason.UNAVAILABLE);
      write(body, LARGE);
      assertThatThrownBy(body::finish).isInstanceOf(StoreException.class);
      flaky.failNext(2, StoreException.Reason.UNAVAILABLE);
      assertThatThrownBy(body::finish).isInstanceOf(StoreException.class);
      assertThatThrownBy(body::finish).isInstanceOf(StoreException.class);

      assertWhole(body.finish());
    }
    assertThat(temporaryFiles()).isEmpty();
  }

  @Test
  void an_upload_whose_answer_was_lost_is_recognised_as_ours() throws Exception {
    try (VaultWriter writer = vault.writer(flaky);
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
      write(body, LARGE);
      flaky.loseAnswers(1);
      assertThatThrownBy(body::finish).isInstanceOf(StoreException.class);

      assertWhole(body.finish());
    }
  }

  @Test
  void an_upload_that_somebody_aborted_has_to_be_written_again() throws Exception {
    try (VaultWriter writer = vault.writer();
        VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1)) {
      write(body, LARGE);
      await(() -> !parts().isEmpty());
      AbandonedUploads.abort(vault.store, uploads());

      assertThatThrownBy(body::finish)
          .isInstanceOfSatisfying(
              VaultException.class,
              e -> assertThat(e.reason()).isEqualTo(VaultException.Reason.MISSING))
          .hasMessageContaining("written again");
    }
  }

  @Test
  void an_abandoned_object_leaves_neither_parts_nor_files() throws Exception {
    try (VaultWriter writer = vault.writer()) {
      VaultWriter.Body body = writer.begin(ObjectKind.ROWS, 1, 1);
      write(body, LARGE);
      body.close();
      body.close();
      assertThatThrownBy(body::finish).isInstanceOf(IllegalStateException.class);
    }
    assertThat(uploads()).isEmpty();
    assertThat(objects()).isEmpty();
    assertThat(temporaryFiles()).isEmpty();
  }

  @Test
  void uploads_of_a_killed_process_are_found_and_aborted_when_they_are_old() throws Exception {
    VaultWriter killed = vault.writer();
    VaultWriter.Body body = killed.begin(ObjectKind.ROWS, 1, 1);
    write(body, LARGE);
    await(() -> uploads().size() == 1);

    AbandonedUploads.tidy(vault.store, "", java.time.Instant.now());
    assertThat(uploads()).hasSize(1);
    AbandonedUploads.tidy(
        vault.store, "", java.time.Instant.now().plus(AbandonedUploads.AGE).plusSeconds(1));
    assertThat(uploads()).isEmpty();
    body.close();
  }

  static void write(VaultWriter.Body body, int size) throws IOException {
    Random random = new Random(size);
    byte[] piece = new byte[1_000_000];
    for (int written = 0; written < size; written += piece.length) {
      random.nextBytes(piece);
      body.write(piece);
    }
  }

  private void assertWhole(ObjectRef ref) throws IOException {
    assertWhole(ref, LARGE);
  }

  private void assertWhole(ObjectRef ref, int size) throws IOException {
    Random random = new Random(size);
    byte[] piece = new byte[1_000_000];
    try (InputStream in = vault.reader().open(ref, vault.identity)) {
      for (int read = 0; read < size; read += piece.length) {
        random.nextBytes(piece);
        assertThat(java.util.Arrays.equals(in.readNBytes(piece.length), piece)).isTrue();
      }
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  private List<PartUploads.Upload> uploads() {
    return AbandonedUploads.find(vault.store, "", java.time.Instant.MAX);
  }

  private List<PartUploads.Part> parts() {
    PartUploads parts = vault.store.parts().orElseThrow();
    return uploads().stream().flatMap(upload -> parts.stored(upload).stream()).toList();
  }

  private List<String> objects() {
    List<String> data = new ArrayList<>();
    vault.store.list(
        VaultLayout.dataPrefix(MAIN), Optional.empty(), stat -> data.add(stat.key().value()));
    return data;
  }

  private static List<Path> temporaryFiles() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(PartedOutgoing.TEMPORARY))
          .filter(file -> file.getFileName().toString().endsWith(".part"))
          .toList();
    }
  }

  static void await(java.util.function.BooleanSupplier condition) {
    long until = System.nanoTime() + 20_000_000_000L;
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(until);
      Thread.onSpinWait();
    }
  }
}
