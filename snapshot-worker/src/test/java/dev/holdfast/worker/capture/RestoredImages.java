/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.PostgresServer;
import dev.holdfast.model.Secret;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlanner;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.testkit.Eventually;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Restores what a capture has sealed, and compares it with what the source held. */
final class RestoredImages {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private RestoredImages() {}

  static RestorePlan plan(CaptureRig rig, DatabaseImage image) {
    return RestorePlanner.plan(
        rig.chain(), new RestoreTarget.AtLsn(image.through()), Instant.now().plusSeconds(1));
  }

  /** What is committed now can be restored. */
  static void awaitAllKnown(CaptureRig rig) throws SQLException {
    DatabaseImage now = rig.image();
    Eventually.within(Duration.ofSeconds(120))
        .asserted(
            () -> {
              rig.sealed();
              RestorePlan plan =
                  RestorePlanner.plan(rig.chain(), new RestoreTarget.Latest(), Instant.now());
              assertThat(plan).as(plan.describe()).isInstanceOf(RestorePlan.Reachable.class);
              assertThat(((RestorePlan.Reachable) plan).end().position().lsn())
                  .isGreaterThanOrEqualTo(now.through());
            });
  }

  /** Every one of the moments can be restored, and is as it was. */
  static void assertAllSame(CaptureRig rig, PostgresServer server, List<DatabaseImage> images)
      throws Exception {
    rig.sealed();
    for (DatabaseImage image : images) {
      RestorePlan plan = plan(rig, image);
      assertThat(plan).as(plan.describe()).isInstanceOf(RestorePlan.Reachable.class);
      assertSame(rig, server, (RestorePlan.Reachable) plan, image);
    }
  }

  static void assertSame(
      CaptureRig rig, PostgresServer server, RestorePlan.Reachable plan, DatabaseImage image)
      throws Exception {
    DatabaseImage found = restored(rig, server, plan, image);
    assertThat(found.definitions())
        .as("definitions at %s", image.through())
        .isEqualTo(image.definitions());
  }

  /** As {@link #assertSame}, but for definitions that rows do not depend on. */
  static void assertSameRows(
      CaptureRig rig, PostgresServer server, RestorePlan.Reachable plan, DatabaseImage image)
      throws Exception {
    DatabaseImage found = restored(rig, server, plan, image);
    assertThat(found.definitionsOfRows())
        .as("definitions at %s", image.through())
        .isEqualTo(image.definitionsOfRows());
  }

  private static DatabaseImage restored(
      CaptureRig rig, PostgresServer server, RestorePlan.Reachable plan, DatabaseImage image)
      throws Exception {
    String database = "restored_" + NUMBER.incrementAndGet();
    new RestoreEngine(InstantSource.system())
        .restore(
            rig.reader(),
            rig.identity.trusting(Set.of(rig.signer.publicKey())),
            plan,
            new TargetDatabase(
                DatabaseUrl.parse(server.jdbcUrl(database)),
                new Credentials("postgres", new Secret("secret"))),
            RestoreOptions.defaults(),
            RestoreProgress.Listener.none());
    DatabaseImage found;
    try (Connection connection =
        DriverManager.getConnection(server.jdbcUrl(database), "postgres", "secret")) {
      found = DatabaseImage.of(connection);
    }
    server.execute("postgres", "DROP DATABASE " + database + " WITH (FORCE)");
    assertThat(found.rows()).as("rows at %s", image.through()).isEqualTo(image.rows());
    return found;
  }
}
