/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.Message;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.model.RegionId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.TickableClock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/** A primary and two more regions, the copies between them, and what the copies say. */
final class ThreeRegions implements AutoCloseable {

  static final RegionId EAST = new RegionId("us-east-1");
  static final RegionId WEST = new RegionId("us-west-2");
  static final RegionId EU = new RegionId("eu-central-1");

  final RecordingStore east = new RecordingStore("east");
  final RecordingStore west = new RecordingStore("west");
  final RecordingStore eu = new RecordingStore("eu");
  final TickableClock clock = new TickableClock(GrowingChain.NOW);
  final GrowingChain chain = GrowingChain.in(east);
  final List<Message> facts = new CopyOnWriteArrayList<>();

  private Copies copies = copies();

  record Settings(
      Duration lookEvery,
      Duration compareEvery,
      int parallelCopies,
      Duration patience,
      Duration alertAfter)
      implements CopyConfig {}

  private Copies copies() {
    return new Copies(
        List.of(
            new Region(EAST, true, false, east),
            new Region(WEST, false, false, west),
            new Region(EU, false, false, eu)),
        GrowingChain.signers(),
        Set.of(GrowingChain.MAIN),
        new Settings(
            Duration.ofMillis(50),
            Duration.ofHours(6),
            4,
            Duration.ofMillis(500),
            Duration.ofMinutes(2)),
        facts::add,
        clock);
  }

  void start() {
    copies.start();
  }

  void stop() throws InterruptedException {
    copies.stop();
  }

  /** Another process takes over; what was said and recorded before is forgotten. */
  void startAgain() throws InterruptedException {
    stop();
    facts.clear();
    List.of(east, west, eu)
        .forEach(
            store -> {
              store.created.clear();
              store.opened.clear();
            });
    copies = copies();
    start();
  }

  CopyStatus status(RegionId region) {
    return copies.statuses().stream()
        .filter(status -> status.region().equals(region))
        .findFirst()
        .orElseThrow();
  }

  void awaitVerified(long manifest, RegionId... regions) {
    Eventually.soon()
        .asserted(
            () -> {
              for (RegionId region : regions) {
                assertThat(told(region)).as("told of " + region).endsWith(manifest);
              }
            });
  }

  /** What was told of the region, in order. */
  List<Long> told(RegionId region) {
    return facts(RegionVerified.class).stream()
        .filter(fact -> fact.region().equals(region))
        .map(RegionVerified::throughManifest)
        .toList();
  }

  <T> List<T> facts(Class<T> type) {
    return facts.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T> T await(Class<T> type) {
    return Eventually.soon()
        .get(type.getSimpleName(), () -> facts(type).stream().findFirst().orElse(null));
  }

  @Override
  public void close() throws InterruptedException {
    List.of(east, west, eu).forEach(RecordingStore::isBack);
    stop();
  }
}
