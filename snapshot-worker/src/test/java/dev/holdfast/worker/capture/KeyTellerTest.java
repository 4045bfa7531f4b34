/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.BackupEvent.DataKeyInUse;
import dev.holdfast.events.BackupEvent.KeyRecipient;
import dev.holdfast.events.BackupEvent.RecipientKind;
import dev.holdfast.events.MessageCodec;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.testkit.TickableClock;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.PassphraseRecipient;
import dev.holdfast.vault.crypto.Recipient;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyTellerTest {

  private static final SourceId MAIN = new SourceId("main");

  private final TickableClock clock = new TickableClock(Instant.parse("2026-11-24T12:00:00Z"));
  private final Recipient file = Identity.generate().recipient();
  private final Recipient passphrase =
      PassphraseRecipient.of("six random words make one good key".toCharArray());
  private final SigningKey signer = SigningKey.generate();
  private final VaultWriter writer =
      VaultWriter.open(new MemoryObjectStore(), MAIN, List.of(file, passphrase), signer, clock);
  private final KeyAges ages = new KeyAges(Duration.ofDays(30));
  private final List<DataKeyInUse> told = new ArrayList<>();
  private final KeyTeller teller = new KeyTeller(MAIN, writer, ages, clock, told::add);

  @AfterEach
  void close() {
    writer.close();
  }

  @Test
  void whoCanOpenItHowOldItMayGetAndWhoSignsIsToldAndNoKey() {
    teller.look();
    DataKeyInUse first = told.getFirst();
    assertThat(first.dataKey()).isEqualTo(writer.key().id());
    assertThat(first.since()).isEqualTo(clock.instant());
    assertThat(first.previous()).isEmpty();
    assertThat(first.reason()).isEqualTo("start");
    assertThat(first.most()).hasDays(30);
    assertThat(first.signer()).isEqualTo(signer.publicKey().id());
    assertThat(first.recipients())
        .containsExactly(
            new KeyRecipient(file.id(), RecipientKind.KEY_FILE, Optional.empty()),
            new KeyRecipient(passphrase.id(), RecipientKind.PASSPHRASE, Optional.empty()));
    // Not even the public sides: nothing in it can be used as a key.
    assertThat(new String(new MessageCodec().encode(first), StandardCharsets.UTF_8))
        .doesNotContain(file.text(), passphrase.text(), signer.publicKey().text());
  }

  @Test
  void itIsToldAgainEveryTenMinutesAndWhenItMayGetLessOld() {
    teller.look();
    clock.tick(Duration.ofMinutes(10).minusSeconds(1));
    teller.look();
    assertThat(told).hasSize(1);
    clock.tick(Duration.ofSeconds(1));
    teller.look();
    assertThat(told).hasSize(2);
    assertThat(told.get(1).goodUntil()).isEqualTo(clock.instant().plus(Duration.ofMinutes(20)));

    ages.ask(new StrategyId("database"), Duration.ofDays(7));
    teller.look();
    assertThat(told).hasSize(3);
    assertThat(told.get(2).most()).hasDays(7);
    clock.tick(Duration.ofHours(-1));
    teller.look();
    assertThat(told).as("the clock was set back").hasSize(4);
  }

  @Test
  void aRotationIsToldAtOnceWithItsReasonAndNeverWithoutIt() {
    teller.look();
    KeyRotation rotation =
        new KeyRotation(
            writer,
            ages,
            clock,
            rotated -> {
              // As the stream's thread does, which may come first.
              teller.look();
              assertThat(told).hasSize(1);
              teller.rotated(rotated);
            });
    KeyRotation.Rotated rotated = rotation.rotate("ada");
    assertThat(told).hasSize(2);
    assertThat(told.get(1).dataKey()).isEqualTo(rotated.now().id());
    assertThat(told.get(1).previous()).contains(rotated.previous());
    assertThat(told.get(1).reason()).isEqualTo("ada");
    teller.look();
    assertThat(told).hasSize(2);
  }
}
