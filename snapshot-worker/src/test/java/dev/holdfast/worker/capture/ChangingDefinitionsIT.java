/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.scope.TableScope;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.testkit.Seeded;
import dev.holdfast.testkit.TestServers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random histories of rows and definitions, with a worker that is stopped and started between:
 * whatever moment is offered comes back exactly, and with its own definitions.
 */
@ExtendWith(Seeded.class)
class ChangingDefinitionsIT {

  @RegisterExtension static final TestServers servers = new TestServers();

  @TempDir Path folder;

  private static final EmbeddedPostgres postgres = servers.newPostgres();

  private CaptureRig rig;

  @BeforeEach
  void prepare() throws Exception {
    postgres.execute("postgres", "CREATE DATABASE app");
    rig =
        new CaptureRig(folder, postgres)
            .with(new TableScope(List.of("public", "other"), List.of("tmp_%")))
            .with(CaptureRig.settings(Duration.ofMillis(100), 8 << 20, 4 << 10));
  }

  @AfterEach
  void clear() throws Exception {
    rig.close();
    CaptureRig.dropSource(postgres);
  }

  @Tag("long")
  @RepeatedTest(2)
  void everyOfferedMomentComesBackWithItsOwnDefinitions(Random random) throws Exception {
    assertThat(history(random, 40, true)).as("moments that could be restored").isGreaterThan(4);
  }

  @Tag("long")
  @RepeatedTest(1)
  void withoutTriggersTheRowsOfEveryOfferedMomentComeBack(Random random) throws Exception {
    assertThat(history(random, 25, false)).isPositive();
  }

  @Tag("long")
  @RepeatedTest(30)
  void everyOfferedMomentOfALongHistoryComesBack(Random random) throws Exception {
    history(random, 120, random.nextInt(4) > 0);
  }

  /**
   * @return how many moments were restored
   */
  private int history(Random random, int steps, boolean triggers) throws Exception {
    List<DatabaseImage> images = new ArrayList<>();
    try (Connection connection = rig.sql();
        Statement sql = connection.createStatement()) {
      RandomDefinitions history = new RandomDefinitions(random);
      for (String command : history.begin()) {
        sql.execute(command);
      }
      rig.start();
      rig.awaitStreaming();
      if (!triggers) {
        sql.execute("ALTER EVENT TRIGGER holdfast_ddl_command_end DISABLE");
        sql.execute("ALTER EVENT TRIGGER holdfast_sql_drop DISABLE");
      }
      boolean running = true;
      for (int step = 0; step < steps; step++) {
        history.step(sql);
        if (random.nextInt(3) == 0) {
          if (running && random.nextInt(3) > 0) {
            settle();
          }
          images.add(image(connection));
        }
        int dice = random.nextInt(14);
        if (dice == 0 && running) {
          rig.stop();
          running = false;
        } else if (dice < 3 && !running) {
          rig.start();
          running = true;
        } else if (dice < 7 && running) {
          rig.running().seal().exceptionally(late -> null).join();
        }
      }
      if (!running) {
        rig.start();
      }
      rig.awaitStreaming();
      images.add(lastImage(connection));
    }
    return restored(images, triggers);
  }

  /** Of a moment that can be restored: what came before it may have to be followed by a base. */
  private DatabaseImage lastImage(Connection connection) {
    return Eventually.within(Duration.ofSeconds(120))
        .get(
            "a moment at the end that can be restored",
            () -> {
              DatabaseImage image = image(connection);
              rig.sealed();
              return RestoredImages.plan(rig, image) instanceof RestorePlan.Reachable
                  ? image
                  : null;
            });
  }

  /** Everything so far can be restored. */
  private void settle() {
    rig.sealed();
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () -> {
              assertThat(rig.running().status().state()).isInstanceOf(CaptureState.Streaming.class);
              assertThat(rig.running().expectations().open()).isEmpty();
            });
  }

  private int restored(List<DatabaseImage> images, boolean triggers) throws Exception {
    int restored = 0;
    for (DatabaseImage image : images) {
      if (RestoredImages.plan(rig, image) instanceof RestorePlan.Reachable plan) {
        if (triggers) {
          RestoredImages.assertSame(rig, postgres, plan, image);
        } else {
          RestoredImages.assertSameRows(rig, postgres, plan, image);
        }
        restored++;
      }
    }
    return restored;
  }

  private static DatabaseImage image(Connection connection) throws SQLException {
    return DatabaseImage.of(connection);
  }
}
