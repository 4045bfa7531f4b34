/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.store.ObjectLocks.Mode;
import dev.holdfast.vault.store.ObjectLocks.Protection;
import dev.holdfast.vault.store.ObjectLocks.Retention;
import dev.holdfast.vault.store.ObjectStore.PutOutcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store with Object Lock must do. */
abstract class ObjectLocksContract {

  static final LockSettings GOVERNANCE =
      new LockSettings(Mode.GOVERNANCE, Duration.ofDays(2), Map.of());

  private ObjectStore store;
  private ObjectLocks locks;

  /** A store with Object Lock that locks as it is told. */
  abstract ObjectStore open(LockSettings settings) throws Exception;

  /** Whether what is stored under a name now cannot be taken away for good. */
  abstract boolean survivesDeletion(ObjectStore store, ObjectKey key);

  @BeforeEach
  void openStore() throws Exception {
    store = open(GOVERNANCE);
    locks = store.locks().orElseThrow();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  @Test
  void what_is_put_is_locked_for_the_retention() {
    assertThat(locks.enabled()).isTrue();
    put("a");

    Retention retention = locks.of(key("a")).orElseThrow().retention().orElseThrow();

    assertThat(retention.mode()).isEqualTo(Mode.GOVERNANCE);
    assertThat(retention.until())
        .isAfter(Instant.now().plus(Duration.ofHours(47)))
        .isBefore(Instant.now().plus(Duration.ofHours(61)));
    assertThat(survivesDeletion(store, key("a"))).isTrue();
    assertThat(locks.of(key("nothing"))).isEmpty();
  }

  @Test
  void an_object_of_parts_is_locked_too() {
    PartUploads parts = store.parts().orElseThrow();
    PartUploads.Upload upload = parts.begin(key("a"));
    PartUploads.Part part = parts.put(upload, 1, Content.of(new byte[10]));
    parts.complete(upload, List.of(part));

    assertThat(locks.of(key("a")).orElseThrow().retention()).isPresent();
    assertThat(survivesDeletion(store, key("a"))).isTrue();
  }

  @Test
  void a_lock_is_made_longer_and_not_shorter() {
    put("a");
    Instant later = Instant.ofEpochSecond(Instant.now().getEpochSecond() + 10 * 86_400);

    locks.extend(key("a"), new Retention(Mode.GOVERNANCE, later));

    assertThat(locks.of(key("a")))
        .contains(new Protection(Optional.of(new Retention(Mode.GOVERNANCE, later)), false));
    assertThatThrownBy(
            () ->
                locks.extend(key("a"), new Retention(Mode.GOVERNANCE, later.minusSeconds(86_400))))
        .isInstanceOf(StoreException.class);
  }

  @Test
  void a_legal_hold_stays_until_it_is_released() {
    put("a");
    locks.hold(key("a"), true);
    assertThat(locks.of(key("a")).orElseThrow().hold()).isTrue();
    assertThat(survivesDeletion(store, key("a"))).isTrue();

    locks.hold(key("a"), false);
    assertThat(locks.of(key("a")).orElseThrow().hold()).isFalse();
  }

  private void put(String name) {
    assertThat(store.putIfAbsent(key(name), Content.of(new byte[3]))).isEqualTo(PutOutcome.CREATED);
  }

  private static ObjectKey key(String name) {
    return new ObjectKey(name);
  }
}
