/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.standalone.demo;

import dev.holdfast.embedded.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Act 5: a region and every service are gone; another region and the private key are enough. */
final class BrokenGlass implements Act {

  static final String DATABASE = "from_another_region";
  private static final String REGION = "us-west-2";

  /** "A region in under 30 minutes." */
  private static final double RTO_SECONDS = 1800;

  @Override
  public String title() {
    return "The primary region is emptied, and every service and Kafka are killed with -9.";
  }

  @Override
  public String play(Scene scene) throws Exception {
    scene.workload.close();
    int timeline = scene.timeline();
    var watch = scene.region(REGION);
    var last = scene.marker();
    // Covered through a later commit than the last one counts: positions are upper bounds.
    scene.marker();
    Wait.until(
        "everything committed is in " + REGION,
        Duration.ofSeconds(90),
        scene.log("replication-service"),
        () -> watch.durableAt(last, timeline).isPresent(),
        watch::describe);
    var after = scene.marker();
    Wait.until(
        "the last commit is in " + REGION,
        Duration.ofSeconds(90),
        scene.log("replication-service"),
        () -> watch.durableAt(after, timeline).isPresent(),
        watch::describe);
    var expected = Proof.of(scene.source(), Optional.empty());

    var parts = new ArrayList<>(scene.stack.services());
    parts.add(dev.holdfast.standalone.LocalStack.KAFKA);
    scene.stack.lose(parts);
    long objects = empty(scene.stack.regionFolder(scene.primaryRegion()));
    var alive = parts.stream().filter(scene.stack::runs).toList();
    if (!alive.isEmpty()) {
      throw new ActFailedException(
          "every service and Kafka are dead", alive + " run", scene.log("kafka"));
    }

    // Nothing but the key is taken along: not the data folder, not its configuration.
    Path safe = Files.createTempDirectory("holdfast-safe-");
    try {
      Path key = Files.copy(scene.stack.identity(), safe.resolve("identity.key"));
      long begin = System.nanoTime();
      scene.tool.run(
          List.of(
              "restore",
              "--latest",
              "--vault",
              scene.stack.vaultUrl(REGION),
              "--identity",
              key.toString(),
              "--into",
              scene.elsewhere.jdbcUrl(DATABASE),
              "--json"),
          Map.of(
              "PGUSER",
              "postgres",
              "PGPASSWORD",
              scene.elsewhere.password().reveal(),
              "HOME",
              safe.toString(),
              "AWS_ACCESS_KEY_ID",
              scene.stack.accessKey(REGION),
              "AWS_SECRET_ACCESS_KEY",
              scene.stack.secretKey(REGION).reveal()),
          Duration.ofMinutes(3));
      double took = (System.nanoTime() - begin) / 1e9;
      var restored = Proof.of(scene.restored(DATABASE), Optional.empty());
      var differences = expected.differences(restored);
      scene.measured(Figure.atMost("break-glass restore from " + REGION, took, RTO_SECONDS));
      scene.measured(Figure.exactly("tables that differ from the source", differences.size(), 0));
      if (!differences.isEmpty()) {
        throw new ActFailedException(
            "the database restored from " + REGION + " equals the source",
            String.join("; ", differences),
            scene.log("demo-cli"));
      }
      return objects
          + " objects deleted in "
          + scene.primaryRegion()
          + "; restored from "
          + REGION
          + " with the private key alone: "
          + restored.rows()
          + " rows in "
          + restored.tables().size()
          + " tables, the same bytes.";
    } finally {
      Files.deleteIfExists(safe.resolve("identity.key"));
      Folders.delete(safe);
    }
  }

  private static long empty(Path folder) throws IOException {
    long deleted = 0;
    try (var files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.deleteIfExists(file)) {
          deleted++;
        }
      }
    }
    return deleted;
  }
}
