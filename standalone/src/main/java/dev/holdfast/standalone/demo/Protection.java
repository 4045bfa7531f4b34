/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.model.Lsn;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Act 2: how long a commit takes to be durable in each region, once the database is protected. */
final class Protection implements Act {

  private static final int MARKERS = 60;
  private static final Duration BETWEEN = Duration.ofMillis(250);
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** The shipped recovery point objective of databases. */
  private static final double RPO_SECONDS = 300;

  private record Marker(Lsn lsn, Instant committed) {}

  @Override
  public String title() {
    return "It is protected: a base snapshot, then every commit as it happens.";
  }

  @Override
  public String play(Scene scene) throws Exception {
    int timeline = scene.timeline();
    var markers = new ArrayList<Marker>();
    for (int i = 0; i < MARKERS; i++) {
      Instant before = Instant.now();
      markers.add(new Marker(scene.marker(), before));
      Thread.sleep(BETWEEN);
    }
    for (var watch : scene.regions.values()) {
      var last = markers.getLast();
      Wait.until(
          "everything committed is durable in " + watch.region(),
          PATIENCE,
          scene.log(
              watch.region().equals(scene.primaryRegion())
                  ? "snapshot-worker"
                  : "replication-service"),
          () -> watch.durableAt(last.lsn, timeline).isPresent(),
          watch::describe);
      List<Double> waits =
          markers.stream()
              .map(
                  marker ->
                      Duration.between(
                                  marker.committed,
                                  watch.durableAt(marker.lsn, timeline).orElseThrow())
                              .toMillis()
                          / 1000.0)
              .sorted()
              .toList();
      scene.measured(
          Figure.atMost(
              "commit to durable in " + watch.region() + ", p50", at(waits, 0.50), RPO_SECONDS));
      scene.measured(
          Figure.atMost(
              "commit to durable in " + watch.region() + ", p99", at(waits, 0.99), RPO_SECONDS));
    }
    return MARKERS + " commits followed into " + scene.regions.size() + " regions.";
  }

  private static double at(List<Double> sorted, double share) {
    return sorted.get(Math.min(sorted.size() - 1, (int) Math.ceil(share * sorted.size()) - 1));
  }
}
