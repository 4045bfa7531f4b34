/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.chain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.SourceId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TickableClock;
import dev.holdfast.vault.ChainIndexer;
import dev.holdfast.vault.VaultLayout;
import dev.holdfast.vault.VaultWriter;
import dev.holdfast.vault.chain.ChainEntry.HoleRecorded;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.MemoryObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A chain is indexed when an hour is over, and a failure is made good later. */
class ChainIndexingTest {

  private static final SourceId MAIN = new SourceId("main");

  private final TickableClock clock = new TickableClock(Instant.parse("2026-11-23T08:30:00Z"));
  private final MemoryObjectStore store = new MemoryObjectStore();
  private final SigningKey signer = SigningKey.generate();
  private final VaultWriter writer =
      VaultWriter.open(store, MAIN, List.of(Identity.generate().recipient()), signer, clock);

  @Test
  void anHourIsIndexedWhenItIsOver() {
    try (ChainIndexing indexing = indexing(signer)) {
      append(indexing);
      append(indexing);
      assertThat(indexes()).isEmpty();

      clock.tick(Duration.ofHours(1));
      append(indexing);

      Eventually.within(Duration.ofSeconds(20))
          .asserted(
              () ->
                  assertThat(indexes())
                      .containsExactly(
                          "hour/0000000000000001-0000000000000002.json",
                          "pack/0000000000000001-0000000000000002.zst"));
    }
  }

  @Test
  void whatFailedIsTriedAgainAfterAWhile() {
    // It cannot believe its own chain: an index is refused, appending is not.
    ChainIndexer failing = new ChainIndexer(store, MAIN, SigningKey.generate(), Set.of());
    try (ChainIndexing indexing = new ChainIndexing(failing, MAIN, clock)) {
      append(indexing);
      clock.tick(Duration.ofHours(1));
      append(indexing);
      append(indexing);
    }
    assertThat(indexes()).isEmpty();

    try (ChainIndexing indexing = indexing(signer)) {
      append(indexing);
      Eventually.within(Duration.ofSeconds(20)).asserted(() -> assertThat(indexes()).hasSize(2));
    }
  }

  private ChainIndexing indexing(SigningKey by) {
    return new ChainIndexing(new ChainIndexer(store, MAIN, by, Set.of()), MAIN, clock);
  }

  private void append(ChainIndexing indexing) {
    indexing.appended(
        writer.append(
            new HoleRecorded(
                1,
                new Position("7300000000000000001", 1, new Lsn(100)),
                "a hole",
                clock.instant())));
  }

  private List<String> indexes() {
    List<String> names = new ArrayList<>();
    String prefix = VaultLayout.indexPrefix(MAIN);
    store.list(
        prefix,
        Optional.<ObjectKey>empty(),
        stat -> names.add(stat.key().value().substring(prefix.length())));
    return names;
  }
}
