/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static dev.holdfast.replication.copy.GrowingChain.MAIN;
import static dev.holdfast.replication.copy.GrowingChain.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.RegionId;
import dev.holdfast.testkit.TickableClock;
import dev.holdfast.vault.HoldScope;
import dev.holdfast.vault.HoldScope.Stretch;
import dev.holdfast.vault.LegalHolds;
import dev.holdfast.vault.VaultCopier;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A legal hold is complete in a region soon after the region has what it needs. */
class RegionHoldsTest {

  private static final LockSettings SETTINGS =
      new LockSettings(ObjectLocks.Mode.GOVERNANCE, Duration.ofMinutes(10), Map.of());

  private final TickableClock clock = new TickableClock(NOW);
  private final SigningKey signer = SigningKey.generate();
  private final Set<SigningKey.Public> trusted = Set.of(signer.publicKey());
  private final ObjectStore east = locking();
  private final ObjectStore west = locking();
  private final VaultReader vault = VaultReader.of(east, trusted);
  private final RegionHolds holds =
      new RegionHolds(
          MAIN,
          new Region(new RegionId("us-west-2"), false, false, west, Optional.of(SETTINGS)),
          clock);

  private static ObjectStore locking() {
    return MemoryObjectStore.locking(SETTINGS, InstantSource.fixed(NOW));
  }

  @Test
  void copies_that_come_later_are_held_and_what_somebody_let_go_of_is_held_again() {
    GrowingChain chain = GrowingChain.in(east, signer);
    chain.grow();
    holds.keep(vault);
    assertThat(holds.standing()).isEmpty();
    place();

    clock.tick(RegionHolds.EVERY);
    holds.keep(vault);
    assertThat(holds.standing()).contains("'case' is not complete").contains("are not there");

    copy();
    holds.keep(vault);
    assertThat(unheld()).as("an hour has not passed").isPositive();
    clock.tick(RegionHolds.EVERY);
    holds.keep(vault);
    assertThat(holds.standing()).isEmpty();
    assertThat(unheld()).isZero();

    west.locks().orElseThrow().hold(VaultLayout.manifest(MAIN, 2), false);
    clock.tick(RegionHolds.EVERY);
    holds.keep(vault);
    assertThat(unheld()).as("it was complete: a day is soon enough").isOne();
    clock.tick(RegionHolds.AGAIN);
    holds.keep(vault);
    assertThat(unheld()).isZero();
  }

  private void place() {
    try (LegalHolds all = new LegalHolds(Map.of("us-east-1", east), trusted, clock)) {
      all.place(
          new LegalHolds.Order(
              MAIN,
              new HoldId("hold-1"),
              new HoldName("case"),
              new HoldReason("because"),
              "ada",
              "the latest recovery point"),
          () ->
              new HoldScope(
                  new Position("7300000000000000001", 1, new Lsn(200)),
                  3,
                  List.of(new Stretch(2, 3))),
          signer);
    }
  }

  private void copy() {
    VaultCopier copier = new VaultCopier(vault, west);
    copier.begin();
    assertThat(copier.copyUnnamed(MAIN)).isEmpty();
    vault
        .chain(MAIN)
        .forEach(
            manifest -> {
              vault.objectsOf(manifest).forEach(copier::copy);
              copier.copyManifest(MAIN, manifest.number());
            });
  }

  /** All that is there is needed. */
  private long unheld() {
    long[] unheld = {0};
    ObjectLocks locks = west.locks().orElseThrow();
    west.list(
        "",
        Optional.empty(),
        stat -> unheld[0] += locks.of(stat.key()).orElseThrow().hold() ? 0 : 1);
    return unheld[0];
  }
}
