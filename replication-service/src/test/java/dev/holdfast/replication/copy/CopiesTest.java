/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static dev.holdfast.replication.copy.GrowingChain.MAIN;
import static dev.holdfast.replication.copy.ThreeRegions.EAST;
import static dev.holdfast.replication.copy.ThreeRegions.EU;
import static dev.holdfast.replication.copy.ThreeRegions.WEST;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.ReplicationEvent.CopyFailed;
import dev.holdfast.events.ReplicationEvent.ObjectHealed;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.ObjectRef;
import dev.holdfast.vault.VaultLayout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CopiesTest {

  private final ThreeRegions regions = new ThreeRegions();

  @AfterEach
  void stop() throws InterruptedException {
    regions.close();
  }

  @Test
  void copiesEverythingIntoEveryRegion() {
    regions.chain.grow();
    regions.chain.grow();

    regions.start();
    regions.awaitVerified(4, EAST, WEST, EU);

    List<String> primary = regions.east.names();
    assertThat(primary)
        .contains(VaultLayout.marker().value(), VaultLayout.manifest(MAIN, 4).value())
        .anyMatch(name -> name.startsWith(VaultLayout.keysPrefix(MAIN)));
    assertThat(regions.west.names()).isEqualTo(primary);
    assertThat(regions.eu.names()).isEqualTo(primary);
    RegionVerified west = regions.facts(RegionVerified.class).getLast();
    assertThat(west.coveredAt()).contains(GrowingChain.NOW.plusSeconds(300));
  }

  @Test
  void followsTheChainAsItGrows() {
    regions.start();
    regions.awaitVerified(2, EAST, WEST, EU);

    regions.chain.grow();

    regions.awaitVerified(3, EAST, WEST, EU);
    assertThat(regions.told(WEST)).containsExactly(2L, 3L);
    assertThat(regions.facts(CopyFailed.class)).isEmpty();
  }

  @Test
  void copiesWhatMakesTheChainQuickToOpen() {
    regions.chain.grow();
    regions.chain.index();
    List<String> indexes =
        regions.east.names().stream()
            .filter(name -> name.startsWith(VaultLayout.indexPrefix(MAIN)))
            .toList();
    assertThat(indexes).hasSize(3);

    regions.start();

    Eventually.within(Duration.ofSeconds(30))
        .asserted(() -> assertThat(regions.west.names()).containsAll(indexes));
    Eventually.within(Duration.ofSeconds(30))
        .asserted(() -> assertThat(regions.eu.names()).containsAll(indexes));
  }

  @Test
  void putsObjectsBeforeTheManifestThatNamesThem() {
    ObjectRef first = regions.chain.grow();
    ObjectRef second = regions.chain.grow();

    regions.start();
    regions.awaitVerified(4, WEST);

    List<String> created = regions.west.created;
    assertThat(created)
        .containsSubsequence(first.key().value(), VaultLayout.manifest(MAIN, 3).value())
        .containsSubsequence(second.key().value(), VaultLayout.manifest(MAIN, 4).value())
        .containsSubsequence(
            VaultLayout.keyObject(MAIN, first.dataKey()).value(), first.key().value());
    // Three objects of the base stand before its manifest.
    assertThat(created.subList(0, created.indexOf(VaultLayout.manifest(MAIN, 2).value())))
        .filteredOn(name -> name.startsWith(VaultLayout.dataPrefix(MAIN)))
        .hasSize(3);
  }

  @Test
  void provesACompleteRegionByItsListing() throws InterruptedException {
    regions.chain.grow();
    regions.start();
    regions.awaitVerified(3, EAST, WEST, EU);

    regions.startAgain();
    regions.awaitVerified(3, EAST, WEST, EU);

    assertThat(regions.told(WEST)).containsExactly(3L);
    for (RecordingStore store : List.of(regions.east, regions.west, regions.eu)) {
      assertThat(store.opened).noneMatch(name -> name.startsWith(VaultLayout.dataPrefix(MAIN)));
      assertThat(store.created).isEmpty();
    }
  }

  @Test
  void goesOnAfterARestartWithoutCopyingTwice() throws InterruptedException {
    ObjectRef body = regions.chain.grow();
    regions.start();
    regions.awaitVerified(3, EAST, WEST, EU);
    regions.stop();
    // As if the process had ended between an object and its manifest.
    regions.west.delete(VaultLayout.manifest(MAIN, 3));
    regions.chain.grow();

    regions.startAgain();
    regions.awaitVerified(4, EAST, WEST, EU);

    assertThat(regions.west.names()).isEqualTo(regions.east.names());
    assertThat(regions.west.created)
        .hasSize(3)
        .doesNotContain(body.key().value())
        .contains(VaultLayout.manifest(MAIN, 3).value(), VaultLayout.manifest(MAIN, 4).value());
  }

  @Test
  void saysThatARegionWasEmptiedAndFillsItAgain() {
    regions.chain.grow();
    regions.start();
    regions.awaitVerified(3, EAST, WEST, EU);

    regions.west.empty();

    Eventually.soon().asserted(() -> assertThat(regions.told(WEST)).containsExactly(3L, 0L, 3L));
    assertThat(regions.west.names()).isEqualTo(regions.east.names());
    assertThat(regions.told(EU)).containsExactly(3L);
  }

  @Test
  void fillsAnEmptiedPrimaryFromAnotherRegion() {
    regions.chain.grow();
    regions.start();
    regions.awaitVerified(3, EAST, WEST, EU);

    regions.east.empty();

    Eventually.soon().asserted(() -> assertThat(regions.told(EAST)).containsExactly(3L, 0L, 3L));
    assertThat(regions.east.names()).isEqualTo(regions.west.names());
    assertThat(regions.facts(ObjectHealed.class))
        .hasSize(4)
        .allMatch(healed -> healed.region().equals(EAST) && healed.from().equals(WEST));
  }

  @Test
  void healsALostObjectFromARegionThatHasIt() {
    ObjectRef body = regions.chain.grow();
    regions.start();
    regions.awaitVerified(3, EAST, WEST, EU);

    regions.west.delete(body.key());
    regions.clock.tick(Duration.ofHours(6));

    ObjectHealed healed = regions.await(ObjectHealed.class);
    assertThat(healed)
        .isEqualTo(new ObjectHealed(MAIN, WEST, EAST, body.key().value(), regions.clock.instant()));
    assertThat(regions.west.bytes(body.key())).isEqualTo(regions.east.bytes(body.key()));
  }

  @Test
  void healsAnObjectThatThePrimaryLost() {
    ObjectRef body = regions.chain.grow();
    regions.start();
    regions.awaitVerified(3, EAST, WEST, EU);

    regions.east.delete(body.key());
    regions.clock.tick(Duration.ofHours(6));

    assertThat(regions.await(ObjectHealed.class).from()).isEqualTo(WEST);
    assertThat(regions.east.bytes(body.key())).isEqualTo(regions.west.bytes(body.key()));
  }

  @Test
  void namesADamagedCopyAndNeitherOverwritesItNorGoesBeyond() {
    ObjectRef body = regions.chain.grow();
    regions.chain.grow();
    byte[] damaged = regions.east.bytes(body.key());
    damaged[damaged.length / 2] ^= 1;
    regions.west.damage(body.key(), damaged);

    regions.start();
    regions.awaitVerified(4, EAST, EU);

    CopyFailed failed = regions.await(CopyFailed.class);
    assertThat(failed.region()).isEqualTo(WEST);
    assertThat(failed.object()).isEqualTo(body.key().value());
    assertThat(failed.reason()).contains("in west is damaged").contains("SHA-256");
    Eventually.soon()
        .is(
            "a second try",
            () -> regions.status(WEST).trouble().filter(t -> t.failures() > 1).isPresent());
    assertThat(regions.west.bytes(body.key())).isEqualTo(damaged);
    assertThat(regions.west.names()).doesNotContain(VaultLayout.manifest(MAIN, 3).value());
    assertThat(regions.told(WEST)).containsExactly(2L);
    assertThat(regions.status(WEST).standing().head()).isEqualTo(4);
    // The same again is no news.
    assertThat(regions.facts(CopyFailed.class)).hasSize(1);

    regions.west.delete(body.key());

    regions.awaitVerified(4, WEST);
  }

  @Test
  void copiesToTheOtherRegionsWhileOneIsAway() {
    regions.west.isAway();
    regions.start();
    regions.awaitVerified(2, EAST, EU);

    regions.chain.grow();
    regions.awaitVerified(3, EAST, EU);
    assertThat(regions.told(WEST)).isEmpty();
    assertThat(regions.await(CopyFailed.class).reason()).isEqualTo("west does not answer");

    regions.west.isBack();
    regions.awaitVerified(3, WEST);
    // It is told before the round ends.
    Eventually.soon().is("no trouble any more", () -> regions.status(WEST).trouble().isEmpty());
  }

  @Test
  void copiesBetweenTheOtherRegionsWhileOneSwallowsRequests() {
    regions.start();
    regions.awaitVerified(2, EAST, WEST, EU);
    CountDownLatch hole = new CountDownLatch(1);
    regions.west.fails(hole::await);

    regions.chain.grow();
    regions.awaitVerified(3, EAST, EU);
    assertThat(regions.told(WEST)).containsExactly(2L);

    regions.west.isBack();
    hole.countDown();
    regions.awaitVerified(3, WEST);
  }

  @Test
  void copiesBetweenTheOtherRegionsWhileThePrimaryIsAway() {
    regions.chain.grow();
    regions.eu.isAway();
    regions.start();
    regions.awaitVerified(3, EAST, WEST);

    regions.east.isAway();
    regions.eu.isBack();

    regions.awaitVerified(3, EU);
    assertThat(regions.eu.names()).isEqualTo(regions.west.names());
  }

  @Test
  void verifiesThePrimaryWhileEveryOtherRegionIsAway() {
    regions.west.isAway();
    regions.eu.isAway();
    regions.chain.grow();

    regions.start();

    regions.awaitVerified(3, EAST);
    regions.chain.grow();
    regions.awaitVerified(4, EAST);
    assertThat(regions.status(EAST).trouble()).isEmpty();
  }

  @Test
  void raisesOneAlertAfterAWhileAndGivesTheAllClear() {
    regions.west.isAway();
    regions.start();
    regions.await(CopyFailed.class);
    assertThat(regions.facts(AlertRaised.class)).isEmpty();

    regions.clock.tick(Duration.ofMinutes(2));

    AlertRaised alert = regions.await(AlertRaised.class);
    assertThat(alert.subject()).isEqualTo("region/us-west-2");
    assertThat(alert.severity()).isEqualTo("high");
    assertThat(alert.title()).contains("us-west-2", "west does not answer");
    int failures = regions.status(WEST).trouble().orElseThrow().failures();
    Eventually.soon()
        .is(
            "one more try",
            () -> regions.status(WEST).trouble().filter(t -> t.failures() > failures).isPresent());
    assertThat(regions.facts(AlertRaised.class)).hasSize(1);

    regions.west.isBack();

    Eventually.soon()
        .asserted(
            () ->
                assertThat(regions.facts(AlertRaised.class))
                    .extracting(AlertRaised::severity)
                    .containsExactly("high", "info"));
  }

  @Test
  void survivesAnErrorAndAnnouncesIt() {
    regions.west.failsAtPut(
        key -> {
          throw new AssertionError("broken");
        });
    regions.start();

    CopyFailed failed = regions.await(CopyFailed.class);
    assertThat(failed.region()).isEqualTo(WEST);
    assertThat(failed.reason()).contains("AssertionError", "broken");

    regions.west.isBack();
    regions.awaitVerified(2, EAST, WEST, EU);
  }

  @Test
  void survivesAnErrorInOneOfSeveralObjectsSideBySide() {
    AtomicBoolean once = new AtomicBoolean(true);
    regions.eu.failsAtPut(
        key -> {
          if (key.value().startsWith(VaultLayout.dataPrefix(MAIN)) && once.getAndSet(false)) {
            throw new AssertionError("broken");
          }
        });
    regions.start();

    regions.awaitVerified(2, EAST, WEST, EU);
    assertThat(regions.await(CopyFailed.class).reason()).contains("AssertionError");
  }

  @Test
  void isSeenToHaveEndedWhenMemoryRanOut() {
    regions.eu.failsAtPut(
        key -> {
          throw new OutOfMemoryError("asked for by a test");
        });
    regions.start();

    Eventually.soon().is("one copy ended", () -> !regions.status(EU).running());
    assertThat(regions.status(EU).trouble().orElseThrow().reason()).contains("OutOfMemoryError");
    regions.awaitVerified(2, EAST, WEST);
    assertThat(regions.status(WEST).running()).isTrue();
  }

  @Test
  void endsWithoutSayingThatSomethingFailed() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    regions.west.fails(
        () -> {
          asked.countDown();
          new CountDownLatch(1).await();
        });
    regions.start();
    asked.await();

    regions.stop();

    Eventually.soon().is("the copy ended", () -> !regions.status(WEST).running());
    assertThat(regions.facts(CopyFailed.class)).isEmpty();
  }
}
