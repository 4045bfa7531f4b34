/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import static dev.holdfast.catalog.service.WrittenChain.MAIN;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.equalTo;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.RecoveryCommand;
import dev.holdfast.events.RecoveryCommand.DecideStep;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.events.RecoveryEvent.StepStatus;
import dev.holdfast.events.ScheduleCommand;
import dev.holdfast.events.ScheduleCommand.BackupKind;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.StrategyId;
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

/** What people ask for through the catalog goes out as commands, once. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class CommandsIT {

  private static final StrategyId DATABASE = new StrategyId("database");

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
  void aBackupIsAskedForOnceHoweverOftenTheKeyIsSent() {
    String body = "{\"strategy\": \"database\", \"kind\": \"base\"}";
    ValidatableResponse first = ask(body, "wish-1").statusCode(202);
    String backup = first.extract().path("backup");
    first.header("Location", endsWith("/api/v1/backups/" + backup));
    get("/api/v1/backups/" + backup)
        .then()
        .statusCode(200)
        .body("status", equalTo("requested"))
        .body("trigger", equalTo("request"));
    ask(body, "wish-1").statusCode(202).body("backup", equalTo(backup));
    String other = ask(body, "wish-2").extract().path("backup");

    List<ScheduleCommand> commands =
        teller.heard(
            Topics.SCHEDULE_COMMANDS,
            ScheduleCommand.class,
            found -> found.stream().anyMatch(it -> it.backup().value().equals(other)));
    assertThat(commands).hasSize(2);
    assertThat(commands)
        .filteredOn(it -> it.backup().value().equals(backup))
        .singleElement()
        .isInstanceOfSatisfying(
            RunBackup.class,
            it -> {
              assertThat(it.strategy()).isEqualTo(DATABASE);
              assertThat(it.kind()).isEqualTo(BackupKind.BASE);
              assertThat(it.requestedBy()).isEqualTo("admin");
            });

    Instant now = Instant.now();
    teller.send(
        new BackupStarted(
            new BackupId(backup), DATABASE, List.of(MAIN), Trigger.REQUEST, "api", now));
    status(backup, "running");
    teller.send(
        new BackupFinished(
            new BackupId(backup),
            DATABASE,
            Outcome.COMPLETED,
            List.of(new Component(MAIN, ComponentOutcome.COMPLETED, 7, Optional.empty())),
            now,
            now.plusSeconds(1),
            Duration.ofSeconds(1)));
    status(backup, "completed");
    ask(body, "wish-1").statusCode(202);
    status(backup, "completed");
  }

  @Test
  @Order(2)
  void badInputIsRefusedAndNamed() {
    ask("{}", "k").statusCode(400).body("field", equalTo("strategy"));
    ask("{\"strategy\": \"../etc\"}", "k").statusCode(400).body("field", equalTo("strategy"));
    ask("{\"strategy\": \"database\", \"kind\": \"full\"}", "k")
        .statusCode(400)
        .body("field", equalTo("kind"));
    ask("{\"strategy\": \"database\"}", "k".repeat(201))
        .statusCode(400)
        .body("field", equalTo("Idempotency-Key"));
    decide("run-1", 1, "{\"approved\": true}")
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-step"));
    decide("run-1", 1, "{\"comment\": \"hm\"}").statusCode(400).body("field", equalTo("approved"));
    // Who decides is who asks, and nobody else.
    decide("run-1", 1, "{\"approved\": true, \"by\": \"kim\"}")
        .statusCode(400)
        .body("field", equalTo("by"));
  }

  @Test
  @Order(3)
  void aDecisionGoesToTheOrchestratorWhileTheStepWaits() {
    Instant now = Instant.now();
    RunId run = new RunId("run-1");
    teller.send(
        new RunStarted(run, "database_failure", MAIN, Optional.empty(), "trigger/one", now));
    teller.send(step(run, 1, StepStatus.RUNNING, now));
    stepIs("running");
    decide("run-1", 3, "{\"approved\": true}")
        .statusCode(409)
        .body("type", equalTo("urn:holdfast:problem:not-waiting"));
    teller.send(step(run, 2, StepStatus.WAITING_FOR_APPROVAL, now.plusSeconds(1)));
    stepIs("waiting-for-approval");
    decide("run-1", 3, "{\"approved\": false, \"comment\": \"not yet\"}")
        .statusCode(202)
        .header("Location", endsWith("/api/v1/runs/run-1"));
    assertThat(
            teller.heard(
                Topics.RECOVERY_COMMANDS, RecoveryCommand.class, found -> !found.isEmpty()))
        .singleElement()
        .isInstanceOfSatisfying(
            DecideStep.class,
            it -> {
              assertThat(it.run()).isEqualTo(run);
              assertThat(it.step()).isEqualTo(3);
              assertThat(it.approved()).isFalse();
              assertThat(it.decidedBy()).isEqualTo("admin");
              assertThat(it.comment()).isEqualTo("not yet");
            });
  }

  private static StepChanged step(RunId run, long sequence, StepStatus status, Instant at) {
    return new StepChanged(run, sequence, 3, "Restore from Backup", status, "", at);
  }

  private static void stepIs(String status) {
    Eventually.soon()
        .asserted(() -> get("/api/v1/runs/run-1").then().body("steps[0].status", equalTo(status)));
  }

  private static void status(String backup, String status) {
    Eventually.soon()
        .asserted(() -> get("/api/v1/backups/" + backup).then().body("status", equalTo(status)));
  }

  private static ValidatableResponse ask(String body, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/api/v1/backups")
        .then();
  }

  private static ValidatableResponse decide(String run, int step, String body) {
    return given()
        .contentType(ContentType.JSON)
        .body(body)
        .post("/api/v1/runs/%s/steps/%d/decision".formatted(run, step))
        .then();
  }
}
