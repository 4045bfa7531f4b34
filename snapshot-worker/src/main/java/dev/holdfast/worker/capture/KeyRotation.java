/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import dev.holdfast.vault.VaultException;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.VaultWriter.KeyInUse;
import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the writer a new data key when the one in use is old, or when somebody asks. A store or a
 * key service that is away holds nothing up: the old key goes on, and it is tried again.
 */
public final class KeyRotation {

  private static final Logger LOG = LoggerFactory.getLogger(KeyRotation.class);

  /** Between attempts that failed. */
  private static final Duration PAUSE = Duration.ofMinutes(5);

  /**
   * A new data key is in use.
   *
   * @param previous id of the one before, which still opens what was written with it
   * @param reason {@code age} or who asked
   */
  public record Rotated(String previous, KeyInUse now, String reason) {}

  private final VaultWriter writer;
  private final KeyAges ages;
  private final InstantSource clock;
  private final Consumer<Rotated> told;
  private final AtomicBoolean underWay = new AtomicBoolean();
  private volatile Instant notBefore = Instant.MIN;

  KeyRotation(VaultWriter writer, KeyAges ages, InstantSource clock, Consumer<Rotated> told) {
    this.writer = writer;
    this.ages = ages;
    this.clock = clock;
    this.told = told;
  }

  /** Looks whether it is time; returns at once. */
  void look() {
    Instant now = clock.instant();
    if (now.isBefore(writer.key().since().plus(ages.most()))
        || now.isBefore(notBefore)
        || !underWay.compareAndSet(false, true)) {
      return;
    }
    Thread.ofVirtual()
        .name("rotate-data-key")
        .start(
            () -> {
              try {
                rotate("age");
              } catch (StoreException | VaultException | IllegalStateException e) {
                notBefore = clock.instant().plus(PAUSE);
                LOG.warn(
                    "the data key of {} is due and stays in use until it can be replaced: {}",
                    writer.key().since(),
                    e.getMessage());
              } finally {
                underWay.set(false);
              }
            });
  }

  /**
   * Rotates now.
   *
   * @throws StoreException when the new key cannot be stored, or a key service does not answer; the
   *     old one stays in use
   */
  synchronized Rotated rotate(String reason) {
    String previous = writer.key().id();
    Rotated rotated = new Rotated(previous, writer.rotate(), reason);
    LOG.info("data key {} replaces {} ({})", rotated.now().id(), previous, reason);
    told.accept(rotated);
    return rotated;
  }
}
