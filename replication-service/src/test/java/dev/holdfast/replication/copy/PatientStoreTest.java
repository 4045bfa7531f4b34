/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.StoreException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PatientStoreTest {

  private static final ObjectKey KEY = new ObjectKey("sources/main/data/000001/20261123/aa");

  private final RecordingStore store = new RecordingStore("west");
  private final PatientStore patient = new PatientStore(store, Duration.ofMillis(150));
  private final CountDownLatch hole = new CountDownLatch(1);

  @BeforeEach
  void put() {
    store.putIfAbsent(KEY, Content.of(new byte[] {1, 2, 3}));
    store.putIfAbsent(new ObjectKey(KEY + "b"), Content.of(new byte[] {4}));
  }

  @AfterEach
  void close() {
    hole.countDown();
    patient.close();
  }

  @Test
  void handsOnWhatTheStoreAnswers() throws IOException {
    List<String> listed = new ArrayList<>();
    patient.list("sources/", Optional.of(KEY), stat -> listed.add(stat.key().value()));

    assertThat(listed).containsExactly(KEY + "b");
    assertThat(patient.stat(KEY).orElseThrow().size()).isEqualTo(3);
    assertThat(patient.stat(new ObjectKey("other"))).isEmpty();
    try (InputStream in = patient.open(KEY).orElseThrow()) {
      assertThat(in.readAllBytes()).containsExactly(1, 2, 3);
    }
  }

  @Test
  void givesUpAStoreThatSwallowsRequestsAndFailsAtOnceFromThenOn() {
    AtomicInteger asked = new AtomicInteger();
    store.fails(
        () -> {
          asked.incrementAndGet();
          hole.await();
        });

    assertThatThrownBy(() -> patient.open(KEY))
        .isInstanceOf(StoreException.class)
        .hasMessageContaining("west has not answered for PT0.15S");
    // Only the one that asks whether it is back.
    Eventually.soon().is("the probe asks", () -> asked.get() == 2);
    for (int i = 0; i < 1000; i++) {
      assertThatThrownBy(() -> patient.stat(KEY)).hasMessageContaining("passed over");
    }
    assertThat(asked).hasValue(2);
  }

  @Test
  void asksAgainWhenTheStoreIsBack() {
    store.isAway();
    assertThatThrownBy(() -> patient.stat(KEY)).hasMessage("west does not answer");
    assertThatThrownBy(() -> patient.stat(KEY)).hasMessageContaining("passed over");

    store.isBack();

    Eventually.soon().is("the store is asked", () -> patient.stat(KEY).isPresent());
  }

  @Test
  void doesNotPassOverAStoreThatRefuses() {
    store.fails(
        () -> {
          throw new StoreException(StoreException.Reason.DENIED, "no", null);
        });

    assertThatThrownBy(() -> patient.stat(KEY)).hasMessage("no");
    assertThatThrownBy(() -> patient.stat(KEY)).hasMessage("no");
  }

  @Test
  void letsAReaderEndAListing() {
    assertThatExceptionOfType(IllegalStateException.class)
        .isThrownBy(
            () ->
                patient.list(
                    "",
                    Optional.empty(),
                    stat -> {
                      throw new IllegalStateException("enough");
                    }))
        .withMessage("enough");
    assertThat(patient.stat(KEY)).isPresent();
  }

  @Test
  void waitsForAListingThatGoesOn() throws InterruptedException {
    List<String> listed = new ArrayList<>();
    CountDownLatch never = new CountDownLatch(1);

    patient.list(
        "",
        Optional.empty(),
        stat -> {
          listed.add(stat.key().value());
          try {
            // Both together take longer than a single answer may.
            assertThat(never.await(100, TimeUnit.MILLISECONDS)).isFalse();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        });

    assertThat(listed).hasSize(2);
  }

  @Test
  void neverWrites() {
    assertThatThrownBy(() -> patient.putIfAbsent(KEY, Content.of(new byte[0])))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> patient.delete(KEY)).isInstanceOf(UnsupportedOperationException.class);
  }
}
