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
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.events.BackupEvent.CaptureState;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.events.RecoveryCommand;
import dev.holdfast.events.RecoveryCommand.AbortRun;
import dev.holdfast.events.RecoveryCommand.ExecuteProcedure;
import dev.holdfast.events.RecoveryEvent.Metrics;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.RunStatus;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.RunId;
import dev.holdfast.testkit.Eventually;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One story in order: procedures become known, are run, refused and aborted. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class ProceduresIT {

  private static final String RUNS = "/api/v1/procedures/database_failure/runs";
  private static final String ON_MAIN = "{\"source\": \"main\"}";
  private static final Instant NOW = Instant.parse("2026-11-01T12:00:00Z");

  @BeforeAll
  static void signIn() {
    TestAccounts.signIn(Role.ADMIN);
  }

  @Inject Envelopes envelopes;

  private Teller teller;

  @BeforeEach
  void aTeller() {
    teller = new Teller(envelopes);
  }

  @Test
  @Order(1)
  void nothingIsMadeUpBeforeTheOrchestratorHasToldAnything() {
    get("/api/v1/procedures").then().statusCode(200).body("items", hasSize(0));
    get("/api/v1/objectives").then().statusCode(200).body("items", hasSize(0));
    get("/api/v1/procedures/database_failure")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-procedure"));
    execute(RUNS, ON_MAIN, "early").statusCode(404).body("field", equalTo("procedure"));
  }

  @Test
  @Order(2)
  void theNewestWordIsKeptHoweverOftenAndLateAnOlderOneComes() {
    teller.send(ToldProcedures.named("Database Failure Recovery", NOW));
    Eventually.soon().asserted(() -> get("/api/v1/procedures").then().body("items", hasSize(1)));
    teller.send(ToldProcedures.named("An older one", NOW.minusSeconds(1)));
    teller.send(ToldProcedures.named("Database Failure Recovery 2", NOW.plusSeconds(1)));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/procedures")
                    .then()
                    .body("items.name", equalTo(List.of("Database Failure Recovery 2"))));
    get("/api/v1/procedures/database_failure")
        .then()
        .statusCode(200)
        .body("estimatedSeconds", equalTo(600))
        .body("fullyAutomated", equalTo(false))
        .body("objective.rtoSeconds", equalTo(600))
        .body("steps", hasSize(4))
        .body("steps[2].remedyFor", equalTo(2))
        .body("steps[2].automated", equalTo(false))
        .body("steps[3].critical", equalTo(false))
        // Nobody has measured anything yet.
        .body("runs", equalTo(0))
        .body("lastCompleted", nullValue())
        .body("predictedRto", nullValue());
    get("/api/v1/objectives")
        .then()
        .body("items.id", equalTo(List.of("database_services")))
        .body("items[0].rpoSeconds", equalTo(300))
        .body("items[0].priority", equalTo("p0"));
  }

  @Test
  @Order(3)
  void whatRunsTookIsToldOfTheLastTenThatBroughtServiceBack() {
    // The oldest of eleven no longer counts.
    completed("old", Optional.of(Duration.ofHours(1)), 0);
    for (int i = 1; i <= 10; i++) {
      completed("run-" + i, Optional.of(Duration.ofSeconds(10L * i)), i);
    }
    // It found nothing to do: that says nothing of how long a recovery takes.
    completed("healthy", Optional.empty(), 11);
    failed("broken", "no proof of fencing", 12);
    Eventually.soon()
        .asserted(
            () -> get("/api/v1/procedures/database_failure").then().body("runs", equalTo(13)));
    get("/api/v1/procedures/database_failure")
        .then()
        .body("lastCompleted.run", equalTo("healthy"))
        .body("lastCompleted.finishedAt", equalTo("2026-11-01T12:11:00Z"))
        .body("predictedRto.runs", equalTo(10))
        .body("predictedRto.median", equalTo("PT55S"))
        .body("predictedRto.shortest", equalTo("PT10S"))
        .body("predictedRto.longest", equalTo("PT1M40S"));
  }

  @Test
  @Order(4)
  void badInputIsRefusedAndNamed() {
    execute(RUNS, "{}", "k").statusCode(400).body("field", equalTo("source"));
    execute(RUNS, ON_MAIN, "k")
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-source"))
        .body("field", equalTo("source"));
    execute("/api/v1/procedures/restore/runs", ON_MAIN, "k")
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-procedure"))
        .body("fix", equalTo("use one of database_failure"));
    abort("nothing").statusCode(404).body("type", equalTo("urn:holdfast:problem:unknown-run"));
    abort("healthy")
        .statusCode(409)
        .body("type", equalTo("urn:holdfast:problem:run-over"))
        .body("detail", containsString("completed"));
  }

  @Test
  @Order(5)
  void aProcedureIsRunOnceAndAloneOnASource() {
    teller.send(new CaptureStateChanged(MAIN, CaptureState.STREAMING, "", NOW));
    Eventually.soon().asserted(() -> get("/api/v1/sources/main").then().statusCode(200));
    ValidatableResponse first = execute(RUNS, ON_MAIN, "wish-1").statusCode(202);
    String run = first.extract().path("run");
    first.header("Location", endsWith("/api/v1/runs/" + run));
    get("/api/v1/runs/" + run)
        .then()
        .statusCode(200)
        .body("status", equalTo("requested"))
        .body("procedure", equalTo("database_failure"))
        .body("requestedBy", equalTo("admin"));
    execute(RUNS, ON_MAIN, "wish-1").statusCode(202).body("run", equalTo(run));
    execute(RUNS, ON_MAIN, "wish-2")
        .statusCode(409)
        .body("type", equalTo("urn:holdfast:problem:run-active"))
        .body("field", equalTo("source"))
        .body("detail", containsString(run));
    // What was refused has left nothing.
    get("/api/v1/runs?status=requested").then().body("items.id", equalTo(List.of(run)));
    get("/api/v1/audit?action=executeProcedure&outcome=done")
        .then()
        .body("items", hasSize(2))
        .body("items[0].subject", equalTo("runs/" + run))
        .body("items[0].detail", equalTo("database_failure of main"));

    abort(run).statusCode(202).header("Location", endsWith("/api/v1/runs/" + run));
    get("/api/v1/audit?action=abortRun&outcome=done")
        .then()
        .body("items[0].subject", equalTo("runs/" + run))
        .body("items[0].detail", equalTo("not needed"));
    List<RecoveryCommand> commands =
        teller.heard(
            Topics.RECOVERY_COMMANDS,
            RecoveryCommand.class,
            found -> found.stream().anyMatch(AbortRun.class::isInstance));
    assertThat(commands).hasSize(2);
    assertThat(commands.get(0))
        .isInstanceOfSatisfying(
            ExecuteProcedure.class,
            it -> {
              assertThat(it.run().value()).isEqualTo(run);
              assertThat(it.procedure()).isEqualTo("database_failure");
              assertThat(it.source()).isEqualTo(MAIN);
              assertThat(it.requestedBy()).isEqualTo("admin");
            });
    assertThat(commands.get(1))
        .isInstanceOfSatisfying(
            AbortRun.class,
            it -> {
              assertThat(it.run().value()).isEqualTo(run);
              assertThat(it.procedure()).isEqualTo("database_failure");
              assertThat(it.source()).isEqualTo(MAIN);
              assertThat(it.abortedBy()).isEqualTo("admin");
              assertThat(it.comment()).isEqualTo("not needed");
            });
  }

  @Test
  @Order(6)
  void whatTheOrchestratorRefusesEndsAndMakesRoom() {
    String run = get("/api/v1/runs?status=requested").path("items[0].id");
    failed(run, "refused: another run is at work on source 'main'", 20);
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/runs/" + run)
                    .then()
                    .body("status", equalTo("failed"))
                    .body("detail", containsString("another run is at work")));
    // Restores disturb nobody.
    teller.send(
        new RunStarted(
            new RunId("restoring"), "restore", MAIN, Optional.empty(), "me", Instant.now()));
    Eventually.soon().asserted(() -> get("/api/v1/runs/restoring").then().statusCode(200));
    execute(RUNS, ON_MAIN, "wish-3").statusCode(202);

    // Somebody sends the refused command again, and now nothing is in its way.
    teller.send(
        new RunStarted(
            new RunId(run), "database_failure", MAIN, Optional.empty(), "me", Instant.now()));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/runs/" + run)
                    .then()
                    .body("status", equalTo("running"))
                    .body("detail", equalTo(""))
                    .body("finishedAt", nullValue()));
  }

  private void completed(String run, Optional<Duration> rto, int minutes) {
    teller.send(ToldProcedures.completed(run, rto, NOW.plusSeconds(60L * minutes)));
  }

  private void failed(String run, String why, int minutes) {
    Instant at = NOW.plusSeconds(60L * minutes);
    teller.send(
        new RunFinished(
            new RunId(run),
            "database_failure",
            MAIN,
            RunStatus.FAILED,
            why,
            new Metrics(Optional.empty(), Optional.of(Duration.ofHours(9)), Optional.empty()),
            at,
            at));
  }

  private static ValidatableResponse execute(String path, String body, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post(path)
        .then();
  }

  private static ValidatableResponse abort(String run) {
    return given()
        .contentType(ContentType.JSON)
        .body("{\"comment\": \"not needed\"}")
        .post("/api/v1/runs/%s/abort".formatted(run))
        .then();
  }
}
