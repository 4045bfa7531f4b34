/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TickableClock;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyRotationTest {

  private static final StrategyId DATABASE = new StrategyId("database");

  private final TickableClock clock = new TickableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final VaultWriter writer =
      VaultWriter.open(
          new MemoryObjectStore(),
          new SourceId("main"),
          List.of(Identity.generate().recipient()),
          SigningKey.generate(),
          clock);
  private final List<KeyRotation.Rotated> told = new CopyOnWriteArrayList<>();
  private final KeyAges ages = new KeyAges(Duration.ofDays(30));
  private final KeyRotation rotation = new KeyRotation(writer, ages, clock, told::add);

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void a_key_is_replaced_when_it_is_as_old_as_is_allowed_and_not_before() {
    String first = writer.key().id();
    clock.tick(Duration.ofDays(30).minusSeconds(1));
    rotation.look();
    assertThat(writer.key().id()).isEqualTo(first);

    clock.tick(Duration.ofSeconds(1));
    rotation.look();
    Eventually.soon().asserted(() -> assertThat(told).hasSize(1));
    assertThat(told.getFirst().previous()).isEqualTo(first);
    assertThat(told.getFirst().now()).isEqualTo(writer.key());
    assertThat(writer.key().since()).isEqualTo(clock.instant());

    clock.tick(Duration.ofDays(29));
    rotation.look();
    assertThat(told).hasSize(1);
  }

  @Test
  void somebody_who_asks_gets_a_new_key_at_once_and_its_age_begins_anew() {
    String first = writer.key().id();
    clock.tick(Duration.ofDays(29));

    KeyRotation.Rotated rotated = rotation.rotate("api");

    assertThat(rotated.previous()).isEqualTo(first);
    assertThat(told).containsExactly(rotated);
    clock.tick(Duration.ofDays(2));
    rotation.look();
    assertThat(told).hasSize(1);
  }

  @Test
  void a_strategy_that_asks_for_younger_keys_gets_them_and_none_gets_older_ones() {
    ages.ask(DATABASE, Duration.ofDays(7));
    ages.ask(new StrategyId("yearly"), Duration.ofDays(365));
    clock.tick(Duration.ofDays(7).minusSeconds(1));
    rotation.look();
    assertThat(told).isEmpty();

    clock.tick(Duration.ofSeconds(1));
    rotation.look();
    Eventually.soon().asserted(() -> assertThat(told).hasSize(1));

    ages.ask(DATABASE, Duration.ofDays(90)); // the policy was changed
    assertThat(ages.most()).isEqualTo(Duration.ofDays(30));
  }
}
