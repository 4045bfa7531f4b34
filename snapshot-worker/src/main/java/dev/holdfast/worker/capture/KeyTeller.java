/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.events.BackupEvent.DataKeyInUse;
import dev.holdfast.events.BackupEvent.KeyRecipient;
import dev.holdfast.events.BackupEvent.RecipientKind;
import dev.holdfast.model.SourceId;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.VaultWriter.KeyInUse;
import dev.holdfast.vault.crypto.HybridRecipient;
import dev.holdfast.vault.crypto.KmsRecipient;
import dev.holdfast.vault.crypto.PassphraseRecipient;
import dev.holdfast.vault.crypto.Recipient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Tells which data key a source's worker encrypts with, who can open it and how old it may get: at
 * the start, when any of that changes, and now and then, so that who has lost what it knew learns
 * it again. Thread-safe.
 */
final class KeyTeller {

  private static final Duration AGAIN = Duration.ofMinutes(10);

  private final SourceId source;
  private final VaultWriter writer;
  private final KeyAges ages;
  private final InstantSource clock;
  private final Consumer<DataKeyInUse> announce;

  private Origin origin;
  private Optional<Told> last = Optional.empty();

  /** Why the key in use began. */
  private record Origin(String dataKey, Optional<String> previous, String reason) {}

  private record Told(String dataKey, Duration most, Instant at) {}

  KeyTeller(
      SourceId source,
      VaultWriter writer,
      KeyAges ages,
      InstantSource clock,
      Consumer<DataKeyInUse> announce) {
    this.source = source;
    this.writer = writer;
    this.ages = ages;
    this.clock = clock;
    this.announce = announce;
    this.origin = new Origin(writer.key().id(), Optional.empty(), "start");
  }

  /** Another data key is in use; tells it. */
  synchronized void rotated(KeyRotation.Rotated rotated) {
    origin = new Origin(rotated.now().id(), Optional.of(rotated.previous()), rotated.reason());
    look();
  }

  /** Tells it if it is time to. */
  synchronized void look() {
    KeyInUse key = writer.key();
    Duration most = ages.most();
    Instant now = clock.instant();
    boolean known =
        last.filter(
                told ->
                    told.dataKey().equals(key.id())
                        && told.most().equals(most)
                        && !now.isBefore(told.at()) // a clock that was set back
                        && now.isBefore(told.at().plus(AGAIN)))
            .isPresent();
    // Where a rotation has not said yet why it was, it does so at once.
    if (known || !origin.dataKey().equals(key.id())) {
      return;
    }
    last = Optional.of(new Told(key.id(), most, now));
    announce.accept(
        new DataKeyInUse(
            source,
            key.id(),
            key.since(),
            origin.previous(),
            origin.reason(),
            most,
            writer.recipients().stream().map(KeyTeller::told).toList(),
            writer.signer(),
            now,
            now.plus(AGAIN.multipliedBy(2))));
  }

  private static KeyRecipient told(Recipient recipient) {
    return switch (recipient) {
      case HybridRecipient it ->
          new KeyRecipient(it.id(), RecipientKind.KEY_FILE, Optional.empty());
      case PassphraseRecipient it ->
          new KeyRecipient(it.id(), RecipientKind.PASSPHRASE, Optional.empty());
      case KmsRecipient it ->
          new KeyRecipient(it.id(), RecipientKind.KMS, Optional.of(it.key().arn()));
    };
  }
}
