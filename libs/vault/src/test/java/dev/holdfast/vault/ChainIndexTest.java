/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.vault;

import static dev.holdfast.vault.VaultFixture.MAIN;
import static dev.holdfast.vault.VaultFixture.NOW;
import static dev.holdfast.vault.VaultFixture.hole;
import static dev.holdfast.vault.VaultFixture.segment;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.Manifest;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.Content;
import dev.holdfast.vault.store.ForwardingObjectStore;
import dev.holdfast.vault.store.ObjectKey;
import dev.holdfast.vault.store.ObjectStore;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Indexes make a chain quick to open, and are believed in nothing. */
class ChainIndexTest {

  private final VaultFixture vault = new VaultFixture();
  private Instant now = NOW;
  private long lsn = 100;

  @Test
  void theOutlineIsThatOfTheManifests() {
    fill(Duration.ofHours(60), Duration.ofMinutes(7));
    List<ChainLink> expected = folded();
    assertThat(vault.reader().outline(MAIN)).isEqualTo(expected);
    assertThat(indexer().catchUp(now)).isGreaterThan(60);
    assertThat(vault.reader().outline(MAIN)).isEqualTo(expected);
    assertThat(indexer().catchUp(now)).as("written again").isZero();
  }

  @Test
  void itGoesOnWhereItWasWheneverItRuns() {
    Random random = new Random(7);
    try (VaultWriter writer = writer()) {
      for (int i = 0; i < 400; i++) {
        append(writer, random.nextInt(30) == 0);
        now = now.plus(Duration.ofMinutes(random.nextInt(20)));
        if (random.nextInt(25) == 0) {
          indexer().catchUp(now);
        }
      }
    }
    assertThat(vault.reader().outline(MAIN)).isEqualTo(folded());
    assertThat(keys("index/day/")).isNotEmpty();
  }

  @Test
  void whatWasNotIndexedForLongIsReadOnceToCatchUp() {
    fill(Duration.ofDays(3), Duration.ofMinutes(10));
    Counting counting = new Counting(vault.store);
    new ChainIndexer(counting, MAIN, vault.signer, Set.of()).catchUp(now);
    // 432 manifests, to be looked at and to be packed; 72 indexes of hours for those of days.
    assertThat(counting.reads.get()).isLessThan(3 * 432);
  }

  @Test
  void openingReadsDaysInsteadOfManifests() {
    fill(Duration.ofDays(5), Duration.ofMinutes(10));
    indexer().catchUp(now);
    Counting counting = new Counting(vault.store);
    VaultReader.open(counting, vault.identity.trustedSigners()).outline(MAIN);
    // 720 manifests: four days, the hours of the last one, what is not indexed yet.
    assertThat(counting.reads.get()).isLessThan(60);
  }

  @Test
  void manyManifestsAreReadFromPacks() {
    fill(Duration.ofHours(30), Duration.ofMinutes(3));
    List<Manifest> expected = vault.reader().chain(MAIN);
    indexer().catchUp(now);
    Counting counting = new Counting(vault.store);
    VaultReader reader = VaultReader.open(counting, vault.identity.trustedSigners());
    assertThat(reader.chain(MAIN)).isEqualTo(expected);
    assertThat(counting.reads.get()).isLessThan(70);
    assertThat(reader.chain(MAIN, 77, 1000)).isEqualTo(expected.subList(77, expected.size()));
    assertThat(reader.chain(MAIN, 599, 5000)).isEqualTo(expected.subList(599, expected.size()));
  }

  @Test
  void whatIsMissingIsReadFromTheManifests() {
    fill(Duration.ofHours(60), Duration.ofMinutes(7));
    indexer().catchUp(now);
    List<ChainLink> expected = folded();
    List<ObjectKey> all = keys("index/");
    for (int round = 0; round < 8; round++) {
      Random random = new Random(round);
      VaultFixture copy = vault;
      List<ObjectKey> gone = all.stream().filter(key -> random.nextInt(3) == 0).toList();
      List<byte[]> bytes = gone.stream().map(copy::stored).toList();
      gone.forEach(copy.store::delete);
      assertThat(copy.reader().outline(MAIN)).isEqualTo(expected);
      for (int i = 0; i < gone.size(); i++) {
        copy.store.putIfAbsent(gone.get(i), Content.of(bytes.get(i)));
      }
    }
  }

  @Test
  void whatIsDamagedIsReadFromTheManifests() {
    fill(Duration.ofHours(30), Duration.ofMinutes(9));
    indexer().catchUp(now);
    List<ChainLink> expected = folded();
    List<Manifest> manifests = vault.reader().chain(MAIN);
    for (ObjectKey key : keys("index/")) {
      byte[] good = vault.stored(key);
      byte[] bad = good.clone();
      bad[bad.length / 2] ^= 4;
      vault.replace(key, bad);
      assertThat(vault.reader().outline(MAIN)).as(key.value()).isEqualTo(expected);
      assertThat(vault.reader().chain(MAIN)).as(key.value()).isEqualTo(manifests);
      vault.replace(key, good);
    }
  }

  @Test
  void anIndexThatNobodyTrustedHasSignedIsNotBelieved() {
    fill(Duration.ofHours(3), Duration.ofMinutes(7));
    List<ChainLink> expected = folded();
    new ChainIndexer(vault.store, MAIN, SigningKey.generate(), Set.of(vault.signer.publicKey()))
        .catchUp(now);
    assertThat(keys("index/hour/")).isNotEmpty();
    assertThat(vault.reader().outline(MAIN)).isEqualTo(expected);
  }

  @Test
  void anIndexOfAnotherHistoryIsNotBelieved() {
    fill(Duration.ofHours(3), Duration.ofMinutes(7));
    VaultFixture other = new VaultFixture();
    // The same signer wrote another chain, whose indexes were put here.
    Instant end = now;
    now = NOW;
    lsn = 5000;
    try (VaultWriter writer =
        VaultWriter.open(
            other.store, MAIN, List.of(vault.identity.recipient()), vault.signer, () -> now)) {
      while (now.isBefore(end)) {
        append(writer, false);
        now = now.plus(Duration.ofMinutes(7));
      }
    }
    new ChainIndexer(other.store, MAIN, vault.signer, Set.of()).catchUp(now);
    other.store.list(
        "sources/main/index/",
        Optional.empty(),
        stat -> vault.store.putIfAbsent(stat.key(), Content.of(other.stored(stat.key()))));
    assertThat(vault.reader().outline(MAIN)).isEqualTo(folded());
  }

  @Test
  void aManifestThatIsGoneIsStillInItsPack() {
    fill(Duration.ofHours(30), Duration.ofMinutes(9));
    indexer().catchUp(now);
    List<Manifest> expected = vault.reader().chain(MAIN);
    vault.store.delete(VaultLayout.manifest(MAIN, 100));
    assertThat(vault.reader().chain(MAIN)).isEqualTo(expected);
    // Read one by one it is found missing.
    assertThatThrownBy(() -> vault.reader().chain(MAIN, 90, 20))
        .hasMessageContaining("manifest 100");
  }

  @Test
  void copiesOfAnIndexAreTakenWholeAndVerified() {
    fill(Duration.ofHours(30), Duration.ofMinutes(7));
    indexer().catchUp(now);
    var into = new dev.holdfast.vault.store.MemoryObjectStore();
    VaultCopier copier = new VaultCopier(vault.reader(), into);
    assertThat(copier.copyIndexes(MAIN, 1))
        .isEqualTo(keys("index/hour/").size() + keys("index/day/").size());
    assertThat(copier.copyIndexes(MAIN, 1)).isZero();
    List<ObjectKey> copied = new ArrayList<>();
    into.list("", Optional.empty(), stat -> copied.add(stat.key()));
    assertThat(copied).isEqualTo(keys("index/"));
  }

  private ChainIndexer indexer() {
    return new ChainIndexer(vault.store, MAIN, vault.signer, Set.of());
  }

  private VaultWriter writer() {
    return VaultWriter.open(
        vault.store, MAIN, List.of(vault.identity.recipient()), vault.signer, () -> now);
  }

  private void fill(Duration length, Duration every) {
    Instant end = now.plus(length);
    try (VaultWriter writer = writer()) {
      int count = 0;
      while (now.isBefore(end)) {
        append(writer, ++count % 97 == 0);
        now = now.plus(every);
      }
    }
  }

  private void append(VaultWriter writer, boolean withHole) {
    if (withHole) {
      writer.append(hole(lsn));
    } else {
      writer.append(segment(lsn, lsn + 10, List.of()));
      lsn += 10;
    }
  }

  private List<ChainLink> folded() {
    List<Manifest> manifests = new ArrayList<>();
    for (long number = 1; number <= vault.reader().head(MAIN); number += 900) {
      manifests.addAll(vault.reader().chain(MAIN, number - 1, 900));
    }
    return ChainLink.fold(manifests.stream().map(ChainLink::of).toList());
  }

  private List<ObjectKey> keys(String prefix) {
    List<ObjectKey> keys = new ArrayList<>();
    vault.store.list("sources/main/" + prefix, Optional.empty(), stat -> keys.add(stat.key()));
    return keys;
  }

  /** Counts requests that read an object. */
  private static final class Counting extends ForwardingObjectStore {
    private final AtomicInteger reads = new AtomicInteger();

    Counting(ObjectStore store) {
      super(store);
    }

    @Override
    public Optional<InputStream> open(ObjectKey key) {
      reads.incrementAndGet();
      return super.open(key);
    }
  }
}
