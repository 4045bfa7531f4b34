/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.model.Lsn;
import dev.holdfast.postgres.Connections;
import dev.holdfast.vault.chain.ChainEntry;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;

/** Act 4: the primary is killed; the standby takes over, and protection goes on. */
final class LostPrimary implements Act {

  /** "Database failover completes in under 2 minutes of detection." */
  private static final double FAILOVER_SECONDS = 120;

  /** The shipped recovery point objective of databases. */
  private static final double RPO_SECONDS = 300;

  private final double detectionSeconds;

  LostPrimary(Duration triggerDuration, Duration interval) {
    // One look to see it, the duration, one look to conclude it, and the time for probes to fail.
    this.detectionSeconds =
        triggerDuration.plus(interval.multipliedBy(2)).plusSeconds(10).toMillis() / 1000.0;
  }

  @Override
  public String title() {
    return "The primary is killed with -9.";
  }

  @Override
  public String play(Scene scene) throws Exception {
    var monitorLog = scene.log("failover-monitor");
    var orchestratorLog = scene.log("recovery-orchestrator");
    int before = scene.timeline();
    Wait.until(
        "the monitor sees a healthy primary",
        Duration.ofSeconds(60),
        monitorLog,
        () -> trigger(scene).path("state").asText().equals("armed"),
        () -> trigger(scene).toString());
    Instant killed = Instant.now();
    scene.stack.kill("primary");
    Wait.until(
        "the trigger fires",
        Duration.ofSeconds(90),
        monitorLog,
        () -> trigger(scene).path("state").asText().equals("fired"),
        () -> trigger(scene).toString());
    Instant detected = Instant.now();
    var standby = Connections.to(scene.stack.server("standby"), scene.stack.superuser());
    Wait.until(
        "the standby is promoted",
        Duration.ofSeconds(120),
        orchestratorLog,
        () -> isPrimary(standby),
        () -> run(scene).toString());
    Instant promoted = Instant.now();
    var write = new AtomicReference<Instant>();
    Wait.until(
        "clients write again",
        Duration.ofSeconds(120),
        orchestratorLog,
        () -> {
          scene.ledger.commits().values().stream()
              .map(Ledger.Commit::at)
              .filter(at -> at.isAfter(detected))
              .min(Instant::compareTo)
              .ifPresent(write::set);
          return write.get() != null;
        },
        () -> scene.workload.lastError() + "; " + run(scene));
    Wait.until(
        "the failover run completes",
        Duration.ofSeconds(120),
        orchestratorLog,
        () -> run(scene).path("status").asText().equals("completed"),
        () -> run(scene).toString());

    scene.measured(
        Figure.atMost(
            "detection of the dead primary", between(killed, detected), detectionSeconds));
    scene.measured(
        Figure.atMost("promotion after detection", between(detected, promoted), FAILOVER_SECONDS));
    scene.measured(
        Figure.atMost(
            "first write after detection",
            between(detected, Objects.requireNonNull(write.get())),
            FAILOVER_SECONDS));
    var lostCommits = lost(scene, killed);
    long lost = lostCommits.size();
    double window =
        lostCommits.stream()
            .mapToDouble(commit -> Math.max(0, between(commit.at(), killed)))
            .max()
            .orElse(0);
    long doubled = doubled(scene);
    long reported = orphaned(scene, before);
    scene.measured(
        new Figure("commits lost, by the workload's ledger", Long.toString(lost), "-", true));
    scene.measured(Figure.atMost("age of the oldest lost commit at the kill", window, RPO_SECONDS));
    scene.measured(Figure.exactly("commits applied twice", doubled, 0));

    int timeline = scene.timeline();
    Lsn marker = scene.marker();
    var watch = scene.region(scene.primaryRegion());
    Wait.until(
        "a commit on the new primary is durable in " + watch.region(),
        Duration.ofSeconds(90),
        scene.log("snapshot-worker"),
        () -> watch.durableAt(marker, timeline).isPresent(),
        () ->
            watch.describe()
                + "; capture: "
                + scene.services.get("snapshot-worker", "/api/v1/capture"));
    scene.measured(holes(watch.entries(), before));
    return "The standby is primary on timeline "
        + timeline
        + "; "
        + lost
        + " acknowledged commits are lost by the ledger, "
        + Math.max(reported, orphaned(scene, before))
        + " sealed transactions beyond the fork are reported as orphaned.";
  }

  /**
   * No hole unless there is one: what only the standby had received when the primary died cannot be
   * streamed any more, and has to be told.
   */
  private static Figure holes(List<ChainEntry> entries, int timeline) {
    long holes = entries.stream().filter(ChainEntry.HoleRecorded.class::isInstance).count();
    Lsn sealed = Lsn.NONE;
    boolean ahead = false;
    for (ChainEntry entry : entries) {
      if (entry instanceof ChainEntry.SegmentSealed segment && segment.timeline() == timeline) {
        sealed = sealed.max(segment.through());
      }
      if (entry instanceof ChainEntry.TimelineSwitched switched
          && switched.fromTimeline() == timeline) {
        ahead = sealed.isBefore(switched.fork());
      }
    }
    return new Figure(
        "holes in the protection",
        Long.toString(holes),
        ahead ? "at most 1: the standby had more" : "0",
        holes <= (ahead ? 1 : 0));
  }

  private static JsonNode trigger(Scene scene) {
    for (JsonNode trigger : scene.services.get("failover-monitor", "/api/v1/triggers")) {
      if (trigger.path("id").asText().equals("database_primary_failure")) {
        return trigger;
      }
    }
    return scene.services.get("failover-monitor", "/api/v1/probes");
  }

  private static JsonNode run(Scene scene) {
    return scene
        .services
        .get("recovery-orchestrator", "/api/v1/runs?procedure=database_failure&limit=1")
        .path("items")
        .path(0);
  }

  private static boolean isPrimary(Connections server) throws SQLException {
    try (var connection = server.open();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_catalog.pg_is_in_recovery()")) {
      row.next();
      return !row.getBoolean(1);
    }
  }

  private static List<Ledger.Commit> lost(Scene scene, Instant killed) throws SQLException {
    Set<Long> present = new HashSet<>();
    try (var connection = scene.source().open();
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT tx FROM public.workload WHERE tx > 0")) {
      while (rows.next()) {
        present.add(rows.getLong(1));
      }
    }
    // An acknowledgement that was under way may have been noted a moment after the kill.
    Instant end = killed.plusSeconds(2);
    return scene.ledger.commits().values().stream()
        .filter(commit -> commit.at().isBefore(end) && !present.contains(commit.tx()))
        .toList();
  }

  private static long doubled(Scene scene) throws SQLException {
    try (var connection = scene.source().open();
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT count(*) - count(DISTINCT tx) FROM public.workload WHERE tx > 0")) {
      row.next();
      return row.getLong(1);
    }
  }

  private static long orphaned(Scene scene, int timeline) {
    return scene.region(scene.primaryRegion()).entries().stream()
        .filter(ChainEntry.TimelineSwitched.class::isInstance)
        .map(ChainEntry.TimelineSwitched.class::cast)
        .filter(it -> it.fromTimeline() == timeline)
        .mapToLong(ChainEntry.TimelineSwitched::orphanedTransactions)
        .sum();
  }

  private static double between(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 1000.0;
  }
}
