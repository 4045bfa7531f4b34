/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static dev.holdfast.replication.copy.GrowingChain.MAIN;
import static dev.holdfast.replication.copy.GrowingChain.NOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.RegionId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.testkit.TickableClock;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.store.LockSettings;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectLocks;
import dev.holdfast.vault.store.ObjectStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RegionLocksTest {

  private static final RegionId EAST = new RegionId("us-east-1");
  private static final Duration RETENTION = Duration.ofMinutes(10);
  private static final LockSettings SETTINGS =
      new LockSettings(ObjectLocks.Mode.GOVERNANCE, RETENTION, Map.of());

  private final TickableClock clock = new TickableClock(NOW);

  @Test
  void locks_follow_the_newest_point_once_an_hour() {
    ObjectStore store = MemoryObjectStore.locking(SETTINGS, InstantSource.fixed(NOW));
    GrowingChain chain = GrowingChain.in(store);
    RegionLocks locks = locks(store, Optional.of(SETTINGS));
    grow(chain, 20);
    VaultReader reader = learned(locks, store, 0);
    clock.tick(Duration.ofMinutes(35));

    locks.extend(reader);

    Instant newest = NOW.plusSeconds(2100);
    assertThat(locks.standing())
        .isEqualTo("locked, the newest point until " + newest.plus(RETENTION));
    assertThat(lockOfFirst(store)).isAfterOrEqualTo(newest.plus(RETENTION));

    grow(chain, 20);
    learned(locks, store, 22);
    clock.tick(Duration.ofMinutes(59));
    locks.extend(reader);
    assertThat(lockOfFirst(store)).isBefore(newest.plus(RETENTION).plus(Duration.ofMinutes(5)));

    // Late enough: but no point is left in the window, and nothing is locked for nothing.
    clock.tick(Duration.ofMinutes(2));
    locks.extend(reader);
    assertThat(locks.standing()).isEqualTo("locked");
  }

  @Test
  void a_strategy_makes_locks_longer_than_the_region_says_and_never_shorter() {
    ObjectStore store = MemoryObjectStore.locking(SETTINGS, InstantSource.fixed(NOW));
    GrowingChain chain = GrowingChain.in(store);
    RegionLocks locks = locks(store, Optional.of(SETTINGS));
    grow(chain, 1);
    VaultReader reader = learned(locks, store, 0);
    Instant newest = NOW.plusSeconds(200);
    StrategyId database = new StrategyId("database");
    locks.ask(database, Optional.of(RETENTION.dividedBy(2)));
    locks.extend(reader);
    assertThat(locks.standing()).contains("until " + newest.plus(RETENTION));

    locks.ask(database, Optional.of(Duration.ofDays(35)));
    locks.ask(new StrategyId("other"), Optional.of(Duration.ofDays(1)));
    clock.tick(RegionLocks.EVERY);
    locks.extend(reader);
    assertThat(locks.standing()).contains("until " + newest.plus(Duration.ofDays(35)));
    assertThat(lockOfFirst(store)).isAfterOrEqualTo(newest.plus(Duration.ofDays(35)));

    locks.ask(database, Optional.empty());
    clock.tick(RegionLocks.EVERY);
    locks.extend(reader);
    assertThat(locks.standing()).contains("until " + newest.plus(Duration.ofDays(1)));
    assertThat(lockOfFirst(store)).isAfterOrEqualTo(newest.plus(Duration.ofDays(35)));
  }

  @Test
  void a_region_without_locks_says_so() {
    ObjectStore plain = new MemoryObjectStore();
    GrowingChain.in(plain);
    RegionLocks none = locks(plain, Optional.empty());
    none.extend(learned(none, plain, 0));
    assertThat(none.standing()).contains("not locked").contains("can delete backups");

    RegionLocks impossible = locks(plain, Optional.of(SETTINGS));
    impossible.extend(learned(impossible, plain, 0));
    assertThat(impossible.standing()).contains("no Object Lock");

    ObjectStore locking = MemoryObjectStore.locking(SETTINGS, clock);
    GrowingChain.in(locking);
    RegionLocks unused = locks(locking, Optional.empty());
    unused.extend(learned(unused, locking, 0));
    assertThat(unused.standing()).contains("lock.mode is not set");
  }

  private RegionLocks locks(ObjectStore store, Optional<LockSettings> settings) {
    return new RegionLocks(MAIN, new Region(EAST, true, false, store, settings), clock);
  }

  private static void grow(GrowingChain chain, int segments) {
    for (int i = 0; i < segments; i++) {
      chain.grow();
    }
  }

  private static VaultReader learned(RegionLocks locks, ObjectStore store, long after) {
    VaultReader reader = VaultReader.of(store, GrowingChain.signers());
    reader.chain(MAIN, after).forEach(locks::learn);
    return reader;
  }

  private static Instant lockOfFirst(ObjectStore store) {
    return store
        .locks()
        .orElseThrow()
        .of(VaultLayout.manifest(MAIN, 1))
        .flatMap(ObjectLocks.Protection::retention)
        .orElseThrow()
        .until();
  }
}
