/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.Message;
import dev.holdfast.events.RecoveryCommand.AbortRun;
import dev.holdfast.events.RecoveryCommand.ExecuteProcedure;
import dev.holdfast.events.RecoveryCommand.Restore;
import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.events.RecoveryEvent;
import dev.holdfast.events.RecoveryEvent.PrimaryPromoted;
import dev.holdfast.events.RecoveryEvent.ProceduresPublished;
import dev.holdfast.events.RecoveryEvent.PublishedProcedure;
import dev.holdfast.events.RecoveryEvent.RunEvent;
import dev.holdfast.events.RecoveryEvent.RunFinished;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.events.RecoveryEvent.RunStatus;
import dev.holdfast.events.RecoveryEvent.StepChanged;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.restore.TargetOperations;
import dev.holdfast.recovery.run.Change;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Facts;
import dev.holdfast.recovery.run.Operations;
import dev.holdfast.recovery.run.Outcome;
import dev.holdfast.recovery.run.RestoreOrder;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.Transitions;
import dev.holdfast.recovery.store.PostgresRunStore;
import dev.holdfast.testkit.Eventually;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One story in order: what is refused, what is restored, and the failover of the source. */
@QuarkusTest
@QuarkusTestResource(value = RecoveryServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RecoveryServiceIT {

  private static final SourceId MAIN = new SourceId("main");

  @Inject Envelopes envelopes;
  @Inject TargetOperations targets;
  @Inject PostgresRunStore store;

  private final String hooks = setting("test.hooks");

  private final String password = setting("test.password");

  private final String control = setting("test.control");

  private final String primary = setting("test.primary");

  private final String standby = setting("test.standby");

  private final String bootstrap = setting("kafka.bootstrap.servers");

  @Test
  @Order(1)
  void badInputIsRefusedBeforeAnythingIsTouched() {
    refused(List.of("main"), 400, "bad-request", "body");
    refused(Map.of("source", Map.of("id", "main")), 400, "bad-request", "source");
    refused(Map.of("source", "main", "target", "t"), 400, "bad-request", "target");
    refused(Map.of("into", control + "t"), 400, "bad-request", "source");
    refused(Map.of("source", "main"), 400, "bad-request", "into");
    refused(Map.of("source", "other", "into", control + "t"), 404, "unknown-source", "source");
    refused(
        Map.of("source", "main", "into", control + "t", "region", "mars-1"),
        404,
        "unknown-region",
        "region");
    refused(
        Map.of("source", "main", "into", control + "t", "credentials", "nobody"),
        404,
        "unknown-credentials",
        "credentials");
    refused(
        Map.of("source", "main", "into", control + "t", "toTime", "yesterday"),
        400,
        "bad-request",
        "toTime");
    refused(
        Map.of("source", "main", "into", control + "t", "toTime", "2020-01-01T00:00:00Z"),
        422,
        "before-first-recovery-point",
        "toTime");
    refused(
        Map.of("source", "main", "into", control + "t", "toTime", "2999-01-01T00:00:00Z"),
        422,
        "target-in-future",
        "toTime");
    refused(
        Map.of("source", "main", "into", control + "t", "toLsn", "FF/0"),
        422,
        "target-in-future",
        "toLsn");
    refused(Map.of("source", "main", "into", "postgres://x/y"), 400, "bad-request", "into");
    refused(
        Map.of("source", "main", "into", "jdbc:postgresql://127.0.0.1:1/t"),
        422,
        "target-unreachable",
        "into");
    refused(
        Map.of("source", "main", "into", control + "t", "user", "postgres", "password", "wrong"),
        422,
        "bad-credentials",
        "password");
    refused(Map.of("source", "main", "into", primary), 409, "target-not-empty", "into");
    given().get("/api/v1/runs").then().statusCode(200).body("items", hasSize(0));
    given()
        .get("/api/v1/runs/nothing")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-run"));
  }

  @Test
  @Order(2)
  void theLatestStateIsRestoredFromTheRegionThatHasIt() throws Exception {
    execute(primary, "INSERT INTO calls SELECT i, 'more' FROM generate_series(1001, 1010) i");
    execute(primary, "DELETE FROM calls WHERE id <= 5");
    post("/test/seal");
    json(Map.of("source", "main", "into", control + "restored"))
        .post("/api/v1/restores/plan")
        .then()
        .statusCode(200)
        .body("source", equalTo("main"))
        .body("base", notNullValue())
        .body("changes", greaterThanOrEqualTo(15))
        .body("estimate.mostSeconds", greaterThanOrEqualTo(1))
        .body("notExact", empty());
    assertThat(
            ask(
                control + "postgres",
                "SELECT count(*) FROM pg_database WHERE datname = 'restored'"))
        .as("a plan changes nothing")
        .isEqualTo("0");
    String run =
        json(Map.of("source", "main", "into", control + "restored"))
            .post("/api/v1/restores")
            .then()
            .statusCode(202)
            .body("run", notNullValue())
            .extract()
            .path("run");
    ended(run, "completed")
        .body("procedure", equalTo("restore"))
        .body("report.tables.find { it.name == 'calls' }.rows", equalTo(1005))
        .body("report.reached.lsn", notNullValue())
        .body("facts.restored", equalTo("true"));
    assertThat(ask(control + "restored", "SELECT count(*) FROM calls")).isEqualTo("1005");
    refused(
        Map.of("source", "main", "into", control + "restored"), 409, "target-not-empty", "into");
  }

  @Test
  @Order(3)
  void aCommandThatComesTwiceIsOneRun() {
    Restore command =
        new Restore(
            new RunId("by-kafka"),
            MAIN,
            new Target(Optional.empty(), Optional.empty()),
            control + "by_kafka",
            "default",
            Optional.empty(),
            "tester",
            Instant.now());
    send(command);
    send(command);
    ended("by-kafka", "completed").body("requestedBy", equalTo("tester"));
    given()
        .get("/api/v1/runs?procedure=restore&status=completed")
        .then()
        .body("items.run", hasItem("by-kafka"))
        .body("items", hasSize(2));
  }

  @Test
  @Order(4)
  void anAnswerThatNobodyAskedForIsRefused() {
    json(Map.of("approved", true, "by", "me"))
        .post("/api/v1/runs/by-kafka/steps/1/decision")
        .then()
        .statusCode(409)
        .body("type", equalTo("urn:holdfast:problem:wrong-state"));
    json(Map.of("by", "me"))
        .post("/api/v1/runs/by-kafka/steps/1/decision")
        .then()
        .statusCode(400)
        .body("field", equalTo("approved"));
    json(Map.of("by", "me")).post("/api/v1/runs/by-kafka/abort").then().statusCode(409);
  }

  @Test
  @Order(5)
  void aHealthyPrimaryIsLeftAlone() {
    String run =
        json(Map.of("source", "main"))
            .post("/api/v1/procedures/database_failure/runs")
            .then()
            .statusCode(202)
            .extract()
            .path("run");
    ended(run, "completed")
        .body("steps[0].detail", containsString("answers and takes writes"))
        .body("steps[1].status", equalTo("skipped"));
    assertThat(ask(primary, "SELECT pg_is_in_recovery()")).isEqualTo("f");
  }

  @Test
  @Order(5)
  void theProceduresAreToldAgainAndAgainSoThatNobodyForgetsThem() {
    List<ProceduresPublished> all = published(events(found -> published(found).size() >= 2));
    assertThat(all)
        .allSatisfy(it -> assertThat(it).isEqualTo(Procedures.shipped().published(it.at())));
    assertThat(Duration.between(all.get(0).at(), all.get(1).at()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(5));
    ProceduresPublished told = all.getFirst();
    assertThat(told.procedures())
        .extracting(PublishedProcedure::id)
        .containsExactly(Procedures.DATABASE_FAILURE);
    assertThat(told.procedures().getFirst().fullyAutomated()).isFalse();
    assertThat(told.procedures().getFirst().steps().get(2).remedyFor()).contains(2);
    assertThat(told.objectives())
        .filteredOn(it -> it.id().equals(told.procedures().getFirst().objective()))
        .singleElement()
        .satisfies(it -> assertThat(it.rto()).isEqualTo(Duration.ofMinutes(10)));
  }

  private static List<ProceduresPublished> published(List<RecoveryEvent> events) {
    return events.stream()
        .filter(ProceduresPublished.class::isInstance)
        .map(ProceduresPublished.class::cast)
        .toList();
  }

  @Test
  @Order(5)
  void whatCannotBeRunEndsAndWhatRunsIsAbortedByCommand() {
    RunId waiting = new RunId("waiting");
    Change start =
        Transitions.start(
            new Transitions.Request(
                waiting,
                Procedures.shipped().get(Procedures.DATABASE_FAILURE),
                MAIN,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "test"),
            Instant.now());
    // As it is while a person is asked.
    store.add(Transitions.askToBegin(start.run(), 3, Instant.now()));

    send(asked("second", "database_failure"));
    assertThat(finished("second").detail())
        .isEqualTo("refused: another run is at work on source 'main': waiting");
    send(asked("unheard", "regional_outage"));
    assertThat(finished("unheard").detail()).contains("no procedure 'regional_outage'");
    // A restore says what it is to restore; by its name alone it cannot be run.
    send(asked("restoring", "restore"));
    assertThat(finished("restoring").detail()).contains("no procedure 'restore'");

    send(new AbortRun(waiting, "database_failure", MAIN, "ada", "it is back", Instant.now()));
    assertThat(finished("waiting").status()).isEqualTo(RunStatus.FAILED);
    ended("waiting", "failed")
        .body("detail", equalTo("aborted by ada: it is back"))
        .body("steps[2].status", equalTo("failed"));

    send(
        new AbortRun(
            new RunId("lost"), "database_failure", MAIN, "ada", "not needed", Instant.now()));
    assertThat(finished("lost").detail()).isEqualTo("never began; aborted by ada: not needed");
    given().get("/api/v1/runs/lost").then().statusCode(404);
  }

  private static ExecuteProcedure asked(String run, String procedure) {
    return new ExecuteProcedure(new RunId(run), procedure, MAIN, "ada", Instant.now());
  }

  private RunFinished finished(String run) {
    Predicate<RecoveryEvent> wanted =
        it -> it instanceof RunFinished end && end.run().value().equals(run);
    return (RunFinished)
        events(found -> found.stream().anyMatch(wanted)).stream()
            .filter(wanted)
            .findFirst()
            .orElseThrow();
  }

  @Test
  @Order(6)
  void aTriggerThatComesTwiceFailsOverOnceAndLosesNothingSilently() throws Exception {
    // Three commits reach the vault and not the standby.
    post("/test/stop-standby");
    for (int i = 1; i <= 3; i++) {
      execute(primary, "INSERT INTO calls VALUES (" + (2000 + i) + ", 'lost')");
    }
    post("/test/seal");
    post("/test/kill-primary");
    post("/test/start-standby");
    FailoverTriggered triggered =
        new FailoverTriggered(
            "database_primary_failure",
            "database_primary_failure/2026-11-01T00:00:00Z",
            MAIN,
            "critical",
            List.of("supabase_primary"),
            "database_failure",
            true,
            Instant.now(),
            Instant.now(),
            List.of("connection refused"));
    send(triggered);
    send(triggered);

    String run =
        Eventually.soon()
            .get(
                "the run of the incident",
                () ->
                    given()
                        .get("/api/v1/runs?procedure=database_failure")
                        .path("items.find { it.incident != null }?.run"));
    ended(run, "completed")
        .body("steps.status", equalTo(List.of("completed", "completed", "skipped", "completed")))
        .body("facts.fencing-proof", equalTo("its process is dead"))
        .body("facts.xids-between", equalTo("0"))
        .body("metrics.lostTransactions", equalTo(3))
        .body("metrics.rtoAchieved", notNullValue());
    assertThat(ask(standby, "SELECT pg_is_in_recovery()")).isEqualTo("f");
    assertThat(ask(standby, "SHOW default_transaction_read_only")).isEqualTo("off");
    assertThat(
            ask(
                standby,
                "SELECT plugin FROM pg_replication_slots WHERE slot_name = 'holdfast_main'"))
        .isEqualTo("pgoutput");
    assertThat(ask(standby, "SELECT timeline || ' ' || xids_between FROM holdfast.promotion"))
        .isEqualTo("2 0");
    assertThat(given().get(hooks + "/endpoints/main").path("port").toString())
        .isEqualTo(standby.replaceAll(".*:([0-9]+)/.*", "$1"));
    given()
        .get("/api/v1/runs?procedure=database_failure")
        .then()
        .body("items.findAll { it.incident != null }", hasSize(1));
    Predicate<RecoveryEvent> ofTheRun =
        it -> it instanceof RunEvent of && of.run().value().equals(run);
    assertThat(
            events(
                found -> found.stream().filter(ofTheRun).anyMatch(RunFinished.class::isInstance)))
        .filteredOn(ofTheRun)
        .hasAtLeastOneElementOfType(RunStarted.class)
        .hasAtLeastOneElementOfType(StepChanged.class)
        .hasAtLeastOneElementOfType(PrimaryPromoted.class)
        .hasAtLeastOneElementOfType(RunFinished.class);
  }

  @Test
  @Order(7)
  void aHalfFilledTargetIsDroppedOnlyByTheRunThatCreatedIt() throws Exception {
    Instant begun = Instant.now();
    Run run = restoreRun("half", begun);
    halfFilled("half", "main", begun.plusSeconds(1));

    Outcome notOurs = targets.fill(again(run, Facts.of(Fact.TARGET_CREATED, false)));
    assertThat(notOurs).isInstanceOf(Outcome.NeedsPerson.class);
    assertThat(ask(control + "half", "SELECT count(*) FROM junk")).isEqualTo("0");

    Outcome redone = targets.fill(again(run, Facts.of(Fact.TARGET_CREATED, true)));
    assertThat(redone).isInstanceOf(Outcome.Done.class);
    assertThat(ask(control + "half", "SELECT to_regclass('junk') IS NULL")).isEqualTo("t");
    assertThat(ask(control + "half", "SELECT complete FROM holdfast.restored")).isEqualTo("t");

    // Killed after it was done and before that was stored: what is there is taken as it is.
    execute(control + "half", "CREATE TABLE by_a_client (a int)");
    Outcome found = targets.fill(again(run, Facts.of(Fact.TARGET_CREATED, true)));
    assertThat(found)
        .isInstanceOfSatisfying(
            Outcome.Done.class,
            done ->
                assertThat(done.facts().need(Fact.RESTORED_LSN))
                    .isEqualTo(((Outcome.Done) redone).facts().need(Fact.RESTORED_LSN)));
    assertThat(ask(control + "half", "SELECT count(*) FROM by_a_client")).isEqualTo("0");
  }

  @Test
  @Order(7)
  void aRunThatWasKilledGoesOnWithWhatIsThere() throws Exception {
    Run run = restoreRun("resumed", Instant.now());
    Outcome whole = targets.fill(new Operations.Context(run, 1, Optional.empty(), progress -> {}));
    assertThat(whole).isInstanceOf(Outcome.Done.class);
    String rows = ask(control + "resumed", "SELECT count(*) FROM calls");
    String loaded = "SELECT done_at FROM holdfast.restored_parts WHERE part = 'definitions'";
    String before = ask(control + "resumed", loaded);
    // As a kill leaves it while the rows of one table are on their way.
    execute(
        control + "resumed",
        """
        UPDATE holdfast.restored SET complete = false, completed_at = NULL;
        DELETE FROM holdfast.restored_parts WHERE part !~ '^(plan|database|definitions)';
        TRUNCATE calls
        """);

    Outcome again = targets.fill(again(run, Facts.of(Fact.TARGET_CREATED, false)));

    assertThat(again).isInstanceOf(Outcome.Done.class);
    assertThat(ask(control + "resumed", "SELECT count(*) FROM calls")).isEqualTo(rows);
    assertThat(ask(control + "resumed", loaded)).isEqualTo(before);
    assertThat(ask(control + "resumed", "SELECT complete FROM holdfast.restored")).isEqualTo("t");
  }

  @Test
  @Order(8)
  void theTargetOfAnotherRestoreIsNotTouched() throws Exception {
    Instant begun = Instant.now();
    halfFilled("others", "main", begun.minusSeconds(3600));
    Outcome refused =
        targets.fill(again(restoreRun("others", begun), Facts.of(Fact.TARGET_CREATED, true)));
    assertThat(refused)
        .isInstanceOfSatisfying(
            Outcome.Failed.class,
            failed -> assertThat(failed.reason()).contains("another restore", "not touched"));
    assertThat(ask(control + "others", "SELECT count(*) FROM junk")).isEqualTo("0");
  }

  private void halfFilled(String database, String source, Instant startedAt) throws SQLException {
    execute(control + "postgres", "CREATE DATABASE " + database);
    execute(
        control + database,
        """
        CREATE TABLE junk (a int);
        CREATE SCHEMA holdfast;
        CREATE TABLE holdfast.restored (source text, target text, base text, timeline int,
          reached pg_lsn, commit_time timestamptz, started_at timestamptz,
          completed_at timestamptz, complete bool);
        INSERT INTO holdfast.restored VALUES ('%s', 'x', 'base-1', 1, '0/1', NULL, '%s', NULL, false)
        """
            .formatted(source, startedAt));
  }

  private Run restoreRun(String database, Instant begun) {
    return Transitions.start(
            new Transitions.Request(
                new RunId("run-" + database),
                Procedures.shipped().get(Procedures.RESTORE),
                MAIN,
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                    RestoreOrder.whole(
                        new Target(Optional.empty(), Optional.empty()),
                        control + database,
                        "default",
                        Optional.empty())),
                "test"),
            begun)
        .run();
  }

  /** The second attempt of an operation, after a kill. */
  private static Operations.Context again(Run run, Facts facts) {
    Run with =
        new Run(
            run.id(),
            run.procedure(),
            run.source(),
            run.incident(),
            run.failingSince(),
            run.restore(),
            run.requestedBy(),
            run.state(),
            run.detail(),
            run.steps(),
            facts,
            run.report(),
            run.sequence(),
            run.startedAt(),
            run.finishedAt());
    return new Operations.Context(with, 2, Optional.empty(), progress -> {});
  }

  private void refused(Object request, int status, String type, String field) {
    json(request)
        .post("/api/v1/restores")
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:" + type))
        .body("field", equalTo(field))
        .body("fix", notNullValue());
  }

  private static io.restassured.specification.RequestSpecification json(Object body) {
    return given().contentType(ContentType.JSON).body(body);
  }

  private static ValidatableResponse ended(String run, String status) {
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () -> {
              String now = given().get("/api/v1/runs/" + run).path("status");
              assertThat(now).isIn("completed", "failed", "waiting-for-approval");
            });
    ValidatableResponse shown = given().get("/api/v1/runs/" + run).then().statusCode(200);
    return shown.log().ifValidationFails().body("status", equalTo(status));
  }

  private void post(String path) {
    given().post(hooks + path).then().statusCode(200);
  }

  private void send(Message message) {
    Envelope envelope = envelopes.seal(message, Correlation.of("story"));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer())) {
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(envelope.topic(), envelope.key(), envelope.body());
      envelope
          .headers()
          .forEach(
              (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      producer.send(record);
      producer.flush();
    }
  }

  /** Everything that was told of recovery, once {@code enough} holds for it. */
  private List<RecoveryEvent> events(Predicate<List<RecoveryEvent>> enough) {
    List<RecoveryEvent> found = new ArrayList<>();
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("group.id", UUID.randomUUID().toString());
    settings.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(Topics.RECOVERY_EVENTS));
      Eventually.soon()
          .is(
              "all is told",
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> found.add(envelopes.open(record, RecoveryEvent.class).data()));
                return enough.test(found);
              });
    }
    return found;
  }

  private void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String ask(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? row.getString(1) : null;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }
}
