/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.body;
import static dev.holdfast.vault.VaultFixture.bytes;
import static dev.holdfast.vault.VaultFixture.position;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.model.Lsn;
import dev.holdfast.vault.chain.ChainEntry;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.lock.LegalHold;
import dev.holdfast.vault.lock.LockExtension;
import dev.holdfast.vault.lock.LockExtension.Outcome;
import dev.holdfast.vault.lock.LockStanding;
import dev.holdfast.vault.store.DryRunObjectStore;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.StoreException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Locks are made longer as long as recovery points need the object. */
class LockExtensionTest {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration RETENTION = Duration.ofDays(40);
  private static final LockSettings SETTINGS =
      new LockSettings(ObjectLocks.Mode.COMPLIANCE, RETENTION, Map.of());

  private Instant now = START;
  private final MemoryObjectStore store = MemoryObjectStore.locking(SETTINGS, () -> now);
  private final SigningKey signer = SigningKey.generate();
  private final dev.holdfast.vault.crypto.HybridIdentity identity =
      Identity.generate().trusting(Set.of(signer.publicKey()));
  private final LockExtension extension = new LockExtension(store, MAIN, SETTINGS);
  private long lsn = 100;

  @Test
  void everything_that_a_point_needs_outlives_it_by_the_retention() {
    try (VaultWriter writer = writer()) {
      base(writer);
      for (int day = 1; day <= 100; day++) {
        now = START.plus(Duration.ofDays(day));
        segment(writer);
        extend();
      }
    }
    Instant newest = now;
    now = newest.plus(RETENTION).minusSeconds(1);
    List<ObjectKey> all = keys();
    assertThat(all).hasSizeGreaterThan(200);
    for (ObjectKey key : all) {
      assertThatThrownBy(() -> store.delete(key))
          .as(key.value())
          .isInstanceOf(StoreException.class);
    }
    assertThat(reader().chain(MAIN)).hasSize(101);
  }

  @Test
  void what_a_new_base_has_replaced_is_let_go() {
    ObjectKey old;
    try (VaultWriter writer = writer()) {
      old = base(writer);
      now = START.plus(Duration.ofDays(1));
      base(writer);
      for (int day = 2; day <= 60; day++) {
        now = START.plus(Duration.ofDays(day));
        segment(writer);
        extend();
      }
    }
    store.delete(old);
    assertThat(store.stat(old)).isEmpty();
  }

  @Test
  void a_second_look_asks_for_nothing_that_was_done() {
    try (VaultWriter writer = writer()) {
      base(writer);
      segment(writer);
    }
    assertThat(extend().looked()).isGreaterThan(5);
    assertThat(extend().looked()).isLessThanOrEqualTo(2);
    now = now.plus(Duration.ofDays(11));
    try (VaultWriter writer = writer()) {
      segment(writer);
    }
    assertThat(extend().extended()).isGreaterThan(4);
    assertThat(extend().extended()).isZero();
  }

  @Test
  void a_dry_run_tells_and_changes_nothing() {
    try (VaultWriter writer = writer()) {
      base(writer);
      now = now.plus(Duration.ofDays(25));
      segment(writer);
    }
    List<DryRunObjectStore.Change> changes = new ArrayList<>();
    LockExtension dry =
        new LockExtension(
            new DryRunObjectStore(
                store,
                change -> {
                  synchronized (changes) {
                    changes.add(change);
                  }
                }),
            MAIN,
            SETTINGS);
    dry.learn(reader());
    Outcome.Done done = (Outcome.Done) dry.extend(reader(), now);

    assertThat(done.extended()).isPositive().isEqualTo(changes.size());
    assertThat(extend().extended()).isEqualTo(done.extended());
  }

  @Test
  void a_place_without_object_lock_is_told() {
    VaultFixture plain = new VaultFixture();
    try (VaultWriter writer = plain.writer()) {
      plain.fill(writer);
    }
    LockExtension none = new LockExtension(plain.store, MAIN, SETTINGS);
    none.learn(plain.reader());
    assertThat(none.extend(plain.reader(), now)).isInstanceOf(Outcome.NoLock.class);
    assertThat(new LegalHold(plain.store, Optional.empty()).set(true, done -> {}))
        .isInstanceOf(LegalHold.Outcome.NoLock.class);
    assertThat(LockStanding.of(plain.store, Optional.empty())).isEqualTo(LockStanding.NONE);
    assertThat(LockStanding.of(plain.store, Optional.of(SETTINGS)))
        .isEqualTo(LockStanding.IMPOSSIBLE);
    assertThat(LockStanding.of(store, Optional.of(SETTINGS))).isEqualTo(LockStanding.LOCKED);
    assertThat(LockStanding.of(store, Optional.empty())).isEqualTo(LockStanding.NOT_USED);
  }

  @Test
  void a_legal_hold_outlives_every_date() {
    try (VaultWriter writer = writer()) {
      base(writer);
    }
    LegalHold hold = new LegalHold(store, Optional.of(MAIN));
    LegalHold.Outcome.Done placed = (LegalHold.Outcome.Done) hold.set(true, done -> {});
    assertThat(placed.changed()).isEqualTo(placed.looked()).isEqualTo(keys().size());
    assertThat(((LegalHold.Outcome.Done) hold.set(true, done -> {})).changed()).isZero();

    now = now.plus(Duration.ofDays(10_000));
    keys()
        .forEach(
            key -> assertThatThrownBy(() -> store.delete(key)).isInstanceOf(StoreException.class));
    hold.set(false, done -> {});
    keys().forEach(store::delete);
    assertThat(keys()).isEmpty();
  }

  private Outcome.Done extend() {
    extension.learn(reader());
    return (Outcome.Done) extension.extend(reader(), now);
  }

  private VaultWriter writer() {
    return VaultWriter.open(store, MAIN, List.of(identity.recipient()), signer, () -> now);
  }

  private VaultReader reader() {
    return VaultReader.open(store, identity.trustedSigners());
  }

  private List<ObjectKey> keys() {
    List<ObjectKey> keys = new ArrayList<>();
    store.list("", Optional.empty(), stat -> keys.add(stat.key()));
    return keys;
  }

  private ObjectKey base(VaultWriter writer) {
    ObjectRef rows = body(writer, bytes(100));
    writer.append(
        new ChainEntry.BaseSealed(
            1, "base-" + lsn, position(lsn), now, "c", rows, List.of(), 1, 1));
    return rows.key();
  }

  private void segment(VaultWriter writer) {
    long from = lsn;
    lsn += 100;
    writer.append(
        new ChainEntry.SegmentSealed(
            1,
            1,
            new Lsn(from),
            new Lsn(lsn),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            now,
            0,
            0,
            List.of(body(writer, bytes(50)))));
  }
}
