/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.worker.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.embedded.EmbeddedPostgres;
import dev.holdfast.events.BackupEvent.RestorePointCreated;
import dev.holdfast.model.PointName;
import dev.holdfast.postgres.restore.OutlinePlanner;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlan.Reachable;
import dev.holdfast.postgres.restore.RestoreTarget.AtPoint;
import dev.holdfast.postgres.restore.SourceChain;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.chain.ChainEntry.RestorePoint;
import dev.holdfast.vault.chain.ChainLink;
import dev.holdfast.vault.chain.RestorePoints;
import dev.holdfast.worker.capture.SourceCapture.NamedPoint;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A moment that was named comes back exactly, and a name is given once whatever happens. */
class RestorePointsIT {

  @TempDir static Path servers;
  @TempDir Path folder;

  private static EmbeddedPostgres postgres;

  private CaptureRig rig;

  @BeforeAll
  static void startServer() {
    postgres = EmbeddedPostgres.start(EmbeddedPostgres.Options.in(servers.resolve("pg")));
  }

  @AfterAll
  static void stopServer() {
    postgres.kill9();
  }

  @BeforeEach
  void prepare() throws Exception {
    postgres.execute("postgres", "CREATE DATABASE app");
    postgres.execute(
        "app",
        "CREATE TABLE public.t (id int PRIMARY KEY, v text)",
        "INSERT INTO public.t SELECT i, 'base ' || i FROM generate_series(1, 50) i");
    rig = new CaptureRig(folder, postgres);
    rig.start();
    rig.awaitStreaming();
  }

  @AfterEach
  void clear() throws Exception {
    rig.close();
    CaptureRig.dropSource(postgres);
  }

  @Test
  void whatWasCommittedBeforeIsInItAndNothingElse() throws Exception {
    try (Connection open = rig.sql();
        Statement transaction = open.createStatement()) {
      open.setAutoCommit(false);
      transaction.execute("INSERT INTO public.t VALUES (1000, 'begun before, committed after')");
      rig.run(
          "UPDATE public.t SET v = 'before' WHERE id % 2 = 0", "DELETE FROM public.t WHERE id < 5");
      DatabaseImage image;
      try (Connection connection = rig.sql()) {
        image = DatabaseImage.of(connection);
      }

      RestorePoint point = create("before release 42", "run-1").join().entry();

      rig.run("INSERT INTO public.t VALUES (1001, 'after')", "UPDATE public.t SET v = 'after'");
      open.commit();
      rig.sealed();
      assertThat(point.position().lsn()).isGreaterThanOrEqualTo(image.through());
      Reachable plan = (Reachable) plan("before release 42");
      assertThat(plan.end().position()).isEqualTo(point.position());
      RestoredImages.assertSame(rig, postgres, plan, image);
    }
    assertThat(rig.events)
        .filteredOn(RestorePointCreated.class::isInstance)
        .singleElement()
        .isInstanceOfSatisfying(
            RestorePointCreated.class,
            event -> {
              assertThat(event.name()).isEqualTo(new PointName("before release 42"));
              assertThat(event.requestedBy()).isEqualTo("ada");
            });
  }

  @Test
  void aRequestThatComesAgainMakesNoSecondOneAlsoAfterARestart() throws Exception {
    CompletableFuture<NamedPoint> first = create("p", "run-1");
    CompletableFuture<NamedPoint> second = create("p", "run-1");
    RestorePoint made = first.join().entry();
    assertThat(second.join().entry()).isEqualTo(made);
    rig.run("INSERT INTO public.t VALUES (100, 'x')");
    rig.stop();
    rig.start();
    rig.awaitStreaming();
    assertThat(create("p", "run-1").join().entry()).isEqualTo(made);
    assertThat(rig.entries(RestorePoint.class)).containsExactly(made);
  }

  @Test
  void aNameThatIsTakenIsRefusedAndSaysSinceWhen() {
    RestorePoint made = create("p", "run-1").join().entry();
    assertThatThrownBy(() -> create("p", "run-2").join())
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("'p' already, made at " + made.at())
        .hasMessageContaining("by ada");
    assertThat(create("P", "run-2").join().entry().name()).isEqualTo(new PointName("P"));
    assertThat(rig.entries(RestorePoint.class)).hasSize(2);
  }

  @Test
  void aWorkerThatDiesBeforeTheNameIsInTheChainIsAskedAgainAndNamesTheLaterMoment()
      throws Exception {
    rig.store.refusing = true;
    CompletableFuture<NamedPoint> lost = create("p", "run-1");
    rig.run("INSERT INTO public.t VALUES (100, 'while the store is away')");
    rig.stop();
    assertThat(lost.isDone() && !lost.isCompletedExceptionally()).isFalse();
    rig.store.refusing = false;
    rig.start();
    rig.awaitStreaming();
    DatabaseImage image;
    try (Connection connection = rig.sql()) {
      image = DatabaseImage.of(connection);
    }

    create("p", "run-1").join();

    assertThat(rig.entries(RestorePoint.class)).hasSize(1);
    RestoredImages.assertSame(rig, postgres, (Reachable) plan("p"), image);
  }

  @Test
  void anAnswerOfTheStoreThatIsLostMakesNoSecondOne() {
    create("first", "run-0").join();
    int before = rig.chain().size();
    rig.store.lying = true;
    CompletableFuture<NamedPoint> point = create("p", "run-1");
    Eventually.soon().asserted(() -> assertThat(rig.chain()).hasSizeGreaterThan(before));
    rig.store.lying = false;
    point.join();
    assertThat(rig.entries(RestorePoint.class))
        .extracting(entry -> entry.name().value())
        .containsExactly("first", "p");
  }

  private CompletableFuture<NamedPoint> create(String name, String request) {
    return rig.running().restorePoint(new PointRequest(new PointName(name), "ada", request));
  }

  /** As a restore finds it: from the chain's outline alone. */
  private RestorePlan plan(String name) {
    VaultReader vault = rig.reader();
    List<ChainLink> outline = vault.outline(CaptureRig.SOURCE);
    RestorePoint point = RestorePoints.in(outline).find(new PointName(name)).orElseThrow();
    return OutlinePlanner.plan(
        SourceChain.in(vault, CaptureRig.SOURCE),
        CaptureRig.SOURCE,
        outline,
        new AtPoint(point.name(), point.position()),
        Instant.now());
  }
}
