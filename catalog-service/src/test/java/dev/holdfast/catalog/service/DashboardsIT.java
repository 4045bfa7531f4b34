/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import static dev.holdfast.catalog.service.WrittenChain.MAIN;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.catalog.pages.WebUi;
import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.CaptureState;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.events.BackupEvent.HoleRecorded;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.RecoveryCommand;
import dev.holdfast.events.RecoveryCommand.AbortRun;
import dev.holdfast.events.RecoveryCommand.ExecuteProcedure;
import dev.holdfast.events.RecoveryCommand.FindTransactions;
import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.events.RecoveryEvent.ChangedTable;
import dev.holdfast.events.RecoveryEvent.Estimate;
import dev.holdfast.events.RecoveryEvent.Plan;
import dev.holdfast.events.RecoveryEvent.Refusal;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.events.RecoveryEvent.Transaction;
import dev.holdfast.events.RecoveryEvent.Transactions;
import dev.holdfast.events.RecoveryEvent.TransactionsFound;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.events.ScheduleCommand;
import dev.holdfast.events.ScheduleCommand.NamePosition;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.CommitPoint;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The dashboards as they are built and served, in a real browser, on a real vault's chain. */
@QuarkusTest
@TestProfile(DashboardsIT.WithDashboards.class)
@QuarkusTestResource(
    value = CatalogServers.class,
    restrictToAnnotatedClass = true,
    // The chain's times are fixed ones, long ago.
    initArgs = @ResourceArg(name = "holdfast.recoverability.rpo", value = "36500d"))
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class DashboardsIT {

  private static final RegionId EAST = new RegionId("us-east-1");
  private static final RegionId WEST = new RegionId("us-west-2");

  /** Tests leave the dashboards out unless told otherwise. */
  public static final class WithDashboards implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("quarkus.quinoa", Boolean.toString(WebUi.hasNode()));
    }
  }

  @BeforeAll
  static void signIn() {
    TestAccounts.signIn(Role.ADMIN);
  }

  @Inject Envelopes envelopes;

  @TestHTTPResource("/")
  URI address;

  @BeforeAll
  static void tools() {
    WebUi.requireTools();
  }

  @Test
  @Order(1)
  void theyAreServedUnderTheirOwnAddresses() {
    for (String path : List.of("/", "/backups", "/recovery/some-run")) {
      given()
          .accept("text/html,*/*")
          .get(path)
          .then()
          .statusCode(200)
          .contentType("text/html")
          .header("Content-Security-Policy", containsString("script-src 'self';"))
          .header("Cache-Control", equalTo("no-cache"))
          .body(containsString("<div id=\"root\">"));
    }
    String script = get("/").asString().replaceFirst("(?s).*src=\"(/assets/[^\"]+[.]js)\".*", "$1");
    get(script).then().statusCode(200).header("Cache-Control", containsString("immutable"));
    get("/api/v1/nothing").then().statusCode(404).contentType("application/problem+json");
  }

  @Test
  @Order(2)
  void everyPageIsWellAtDesktopAndPhoneSize() throws Exception {
    requireBrowser();
    try (ObjectStore store =
        ObjectStores.open(
            VaultUrl.parse(setting("holdfast.vault.regions[0].url")), Optional.empty())) {
      WrittenChain chain = WrittenChain.in(store, SigningKey.read(Path.of(setting("test.signer"))));
      chain.epoch(1, 100); // 1
      chain.base(1, "base-1", 100); // 2
      chain.segment(1, 100, 200); // 3
      chain.point(1, "release 42", 150); // 4
    }
    teller()
        .send(
            new HoleRecorded(
                MAIN, 4, 1, WrittenChain.position(200), "announced", WrittenChain.time(200)));
    teller().send(verified(EAST, 4));
    teller().send(verified(WEST, 4));
    teller().send(new CaptureStateChanged(MAIN, CaptureState.STREAMING, "", Instant.now()));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/recoverability")
                    .then()
                    .body("sources", hasSize(1))
                    .body("verdict", equalTo("yes")));

    teller().send(ToldProcedures.named("Database Failure Recovery", Instant.now()));
    for (int i = 1; i <= 3; i++) {
      teller()
          .send(
              ToldProcedures.completed(
                  "drill-" + i,
                  Optional.of(Duration.ofMillis(37_400L * i)),
                  Instant.now().minus(Duration.ofDays(4 - i))));
    }
    Eventually.soon()
        .asserted(() -> get("/api/v1/procedures").then().body("items[0].runs", equalTo(3)));
    Instant now = Instant.now();
    teller().send(ToldWords.triggers(now, now.plusSeconds(3600)));
    teller()
        .send(
            ToldWords.policy(
                Optional.of(
                    new RefusedPolicy(
                        "/etc/holdfast/policy.yaml",
                        "strategies[0].retention: -1 must not be negative; 0 keeps none",
                        now)),
                now));
    teller()
        .send(
            ToldWords.key(
                "3f1a9c0277c1e5d04b8a6f1122334455",
                Optional.empty(),
                "start",
                now.minus(Duration.ofDays(12))));
    teller()
        .send(
            ToldWords.key(
                "00aa9c0277c1e5d04b8a6f1122334466",
                Optional.of("3f1a9c0277c1e5d04b8a6f1122334455"),
                "age",
                now.minus(Duration.ofDays(5))));
    for (String severity : List.of("high", "info")) {
      teller()
          .send(
              new AlertRaised(
                  severity + "-alert",
                  severity,
                  "source/main",
                  "something " + severity + " was seen",
                  "look at it",
                  now));
    }
    Eventually.soon()
        .asserted(
            () -> {
              get("/api/v1/triggers").then().body("items", hasSize(3));
              get("/api/v1/keys").then().body("items[0].periods", hasSize(2));
              get("/api/v1/settings").then().body("policy.refused.reason", notNullValue());
              get("/api/v1/alerts").then().body("items", hasSize(2));
            });

    WebUi.Ended ended =
        WebUi.run(
            180,
            "node",
            "e2e/every-page.mjs",
            origin(),
            screenshots().toString(),
            "admin",
            TestAccounts.password("admin"));
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("every page is well");
  }

  @Test
  @Order(3)
  void whoIsNotKnownSignsInAndIsOfferedWhatTheyMay() throws Exception {
    requireBrowser();
    teller()
        .send(
            new BackupStarted(
                new BackupId("nightly"),
                new StrategyId("database"),
                List.of(MAIN),
                Trigger.SCHEDULE,
                "schedule",
                Instant.now()));
    Eventually.soon().asserted(() -> get("/api/v1/backups/nightly").then().statusCode(200));
    WebUi.Ended ended =
        WebUi.run(
            120,
            "node",
            "e2e/sign-in.mjs",
            origin(),
            screenshots().toString(),
            "viewer",
            TestAccounts.password("viewer"),
            "admin",
            TestAccounts.password("admin"));
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("signed in and out");
  }

  @Test
  @Order(4)
  void aRestoreIsAskedForFromThePage() throws Exception {
    requireBrowser();
    AtomicBoolean over = new AtomicBoolean();
    Thread orchestrator =
        Thread.ofVirtual()
            .start(
                () ->
                    teller()
                        .follow(
                            Topics.RECOVERY_COMMANDS,
                            RecoveryCommand.class,
                            this::answer,
                            over::get));
    WebUi.Ended ended;
    try {
      ended =
          WebUi.run(
              180,
              "node",
              "e2e/restore.mjs",
              origin(),
              screenshots().toString(),
              WrittenChain.time(150).toString(),
              "admin",
              TestAccounts.password("admin"));
    } finally {
      over.set(true);
      orchestrator.join();
    }
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("restores were asked for");
    assertThat(
            teller()
                .heard(
                    Topics.RECOVERY_COMMANDS,
                    RecoveryCommand.class,
                    found -> found.stream().filter(RestoreOrdered.class::isInstance).count() >= 2))
        .filteredOn(RestoreOrdered.class::isInstance)
        .allSatisfy(
            command ->
                assertThat(command)
                    .isInstanceOfSatisfying(
                        RestoreOrdered.class,
                        it -> {
                          assertThat(it.order().moment().toTime())
                              .contains(WrittenChain.time(150).truncatedTo(ChronoUnit.SECONDS));
                          assertThat(it.order().scope().only())
                              .containsExactly("public.orders", "log%");
                          assertThat(it.order().into())
                              .isEqualTo("jdbc:postgresql://127.0.0.1:5432/restored");
                          assertThat(it.requestedBy()).isEqualTo("admin");
                        }));
    assertThat(
            teller()
                .heard(Topics.SCHEDULE_COMMANDS, ScheduleCommand.class, found -> found.size() >= 2))
        .allSatisfy(
            command ->
                assertThat(command)
                    .isInstanceOfSatisfying(
                        NamePosition.class,
                        it ->
                            assertThat(it.name().value()).isIn("before desktop", "before phone")));
  }

  /** As the orchestrator would. */
  private void answer(RecoveryCommand command) {
    if (command instanceof FindTransactions asked) {
      Transaction harm =
          new Transaction(
              new CommitPoint(new Lsn(150), WrittenChain.time(150), 742),
              List.of(new ChangedTable("public", "orders", 0, 2, 40_000, false)),
              0);
      teller()
          .send(
              new TransactionsFound(
                  asked.run(),
                  MAIN,
                  Optional.of(new Transactions(List.of(harm), true, List.of(), false)),
                  Optional.empty(),
                  Instant.now()));
    }
    if (command instanceof PlanRestore asked) {
      boolean full = asked.order().into().endsWith("/full");
      teller()
          .send(
              new RestorePlanned(
                  asked.run(),
                  MAIN,
                  full ? Optional.empty() : Optional.of(plan(asked)),
                  full
                      ? Optional.of(
                          new Refusal(
                              "target-not-empty",
                              "database full holds a table",
                              Optional.of("into"),
                              Optional.of("empty it, or name another")))
                      : Optional.empty(),
                  Instant.now()));
    }
  }

  private static Plan plan(PlanRestore asked) {
    return new Plan(
        asked
            .order()
            .moment()
            .toPoint()
            .map(point -> "restore point '" + point + "'")
            .or(() -> asked.order().exceptXid().map(xid -> "without " + xid))
            .orElse("2026-11-23T08:02:30Z"),
        "base-1",
        WrittenChain.time(100),
        WrittenChain.position(100),
        1,
        1,
        1_234_567,
        WrittenChain.position(200),
        WrittenChain.time(200),
        Optional.of(
            new Estimate(Duration.ofSeconds(42), "1,230,000 bytes took 41.9 s in restore-0815")),
        List.of(
            "only "
                + String.join(", ", asked.order().scope().only())
                + "; every other table is left out"));
  }

  @Test
  @Order(5)
  void aProcedureIsRunAndAbortedFromThePage() throws Exception {
    requireBrowser();
    WebUi.Ended ended =
        WebUi.run(
            120,
            "node",
            "e2e/procedures.mjs",
            origin(),
            screenshots().toString(),
            "viewer",
            TestAccounts.password("viewer"),
            "operator",
            TestAccounts.password("operator"));
    assertThat(ended.code()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("a procedure was run and aborted");
    assertThat(
            teller()
                .heard(
                    Topics.RECOVERY_COMMANDS,
                    RecoveryCommand.class,
                    found -> found.stream().anyMatch(AbortRun.class::isInstance)))
        .filteredOn(it -> it.run().value().startsWith("run-"))
        .hasSize(2)
        .hasOnlyElementsOfTypes(ExecuteProcedure.class, AbortRun.class);
  }

  @Test
  @Order(6)
  void triggersTurnGreyWhenNobodyTellsThemAnyMoreAndAlertsAreFiltered() throws Exception {
    requireBrowser();
    watched(
        "e2e/triggers.mjs",
        "about to fire",
        () -> {
          Instant now = Instant.now();
          teller().send(ToldWords.triggers(now, now.plusSeconds(3)));
        },
        "about to fire\nsilent\nfiltered");
  }

  @Test
  @Order(7)
  void anOutageTurnsThePageRedAndSilenceTurnsItGrey() throws Exception {
    requireBrowser();
    watched(
        "e2e/outage.mjs",
        "green",
        () -> {
          // Both copies turn out to have lost everything.
          teller().send(verified(EAST, 0));
          teller().send(verified(WEST, 0));
        },
        "green\nred\ngrey\nred again");
  }

  /** Does something once a script that watches a page has said {@code ready}. */
  private void watched(String script, String ready, Runnable then, String whole) throws Exception {
    Path said = Files.createTempFile("holdfast-watched", ".log");
    Process watcher =
        new ProcessBuilder(
                "node",
                script,
                origin(),
                screenshots().toString(),
                "viewer",
                TestAccounts.password("viewer"))
            .directory(WebUi.FOLDER.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile())
            .start();
    try {
      Eventually.within(Duration.ofMinutes(1))
          .is("the page says " + ready, () -> read(said).contains(ready) || !watcher.isAlive());
      then.run();
      assertThat(watcher.waitFor(150, TimeUnit.SECONDS)).isTrue();
      assertThat(watcher.exitValue()).as(read(said)).isZero();
      assertThat(read(said)).contains(whole);
    } finally {
      watcher.descendants().forEach(ProcessHandle::destroyForcibly);
      watcher.destroyForcibly();
      Files.deleteIfExists(said);
    }
  }

  private static void requireBrowser() {
    assumeTrue(WebUi.has("chromium"), "no Chromium on this machine");
  }

  private String origin() {
    return "http://" + address.getAuthority();
  }

  private static Path screenshots() throws IOException {
    return Files.createDirectories(Path.of("target/screenshots").toAbsolutePath());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Teller teller() {
    return new Teller(envelopes);
  }

  private static RegionVerified verified(RegionId region, long through) {
    return new RegionVerified(MAIN, region, through, Optional.empty(), 3, 30, Instant.now());
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }
}
