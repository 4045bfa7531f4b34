/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;

import dev.holdfast.events.AlertEvent;
import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupCommand.ApplyProtection;
import dev.holdfast.events.BackupCommand.CreateRestorePoint;
import dev.holdfast.events.BackupCommand.ProveContent;
import dev.holdfast.events.BackupCommand.SealRecoveryPoint;
import dev.holdfast.events.BackupCommand.TakeBaseSnapshot;
import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.PolicyPublished;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.Message;
import dev.holdfast.events.ScheduleCommand.BackupKind;
import dev.holdfast.events.ScheduleCommand.NamePosition;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.PointName;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.scheduler.drive.Backups;
import dev.holdfast.scheduler.policy.Policy;
import dev.holdfast.scheduler.policy.PolicyInForce;
import dev.holdfast.scheduler.policy.PolicyText;
import dev.holdfast.scheduler.run.BackupRun;
import dev.holdfast.scheduler.run.Kind;
import dev.holdfast.scheduler.store.AcceptedPolicies;
import dev.holdfast.testkit.Eventually;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
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

/** One story in order: what is refused, a run from request to end, one that nobody answers. */
@QuarkusTest
@QuarkusTestResource(value = SchedulerServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SchedulerServiceIT {

  private static final StrategyId DATABASE = new StrategyId("database");
  private static final SourceId MAIN = new SourceId("main");
  private static final SourceId SECOND = new SourceId("second");

  @Inject Envelopes envelopes;
  @Inject Backups backups;
  @Inject AcceptedPolicies accepted;
  @Inject Policy policy;

  private final String bootstrap =
      ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);

  @Test
  @Order(1)
  void badInputIsRefusedAndNamed() {
    refused("", 400, "bad-request", "body");
    refused("{\"strategy\": ", 400, "bad-request", "body");
    refused("[]", 400, "bad-request", "body");
    refused("{\"strategy\": {\"id\": \"database\"}}", 400, "bad-request", "strategy");
    refused("{}", 400, "bad-request", "strategy");
    refused("{\"strategy\": \"database\", \"kind\": \"full\"}", 400, "bad-request", "kind");
    refused("{\"strategy\": \"nightly\"}", 404, "unknown-strategy", "strategy");
    refused("{\"strategy\": \"../etc\"}", 404, "unknown-strategy", "strategy");
    refused("{\"strategy\": \"storage\"}", 422, "strategy-not-driven", "strategy");
    given()
        .get("/api/v1/backups/nothing")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:unknown-backup"));
  }

  @Test
  @Order(2)
  void thePolicyIsToldWithWhatBecomesOfIt() {
    given()
        .get("/api/v1/strategies")
        .then()
        .statusCode(200)
        .body("strategy.id", equalTo(List.of("database", "storage")))
        .body("[0].driven", equalTo(true))
        .body("[0].next", containsString("-02-29T00:00:00Z"))
        .body("[1].driven", equalTo(false))
        .body("[1].reason", containsString("supabase_storage"));
  }

  @Test
  @Order(2)
  void thePolicyInForceIsToldAgainAndAgainAndKeptForAStartWithABadOne() {
    List<PolicyPublished> told =
        policies(
            read(Topics.BACKUP_EVENTS, BackupEvent.class, found -> policies(found).size() >= 2));
    assertThat(told.get(0).origin()).endsWith("policy.yaml");
    assertThat(told.get(0).refused()).isEmpty();
    assertThat(told.get(0).strategies())
        .extracting(it -> it.id().value())
        .containsExactly("database", "storage");
    assertThat(told.get(1).acceptedAt()).isEqualTo(told.get(0).acceptedAt());
    assertThat(Duration.between(told.get(0).at(), told.get(1).at()))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(5));

    PolicyInForce.Accepted kept = accepted.newest().orElseThrow();
    assertThat(kept.text().origin()).isEqualTo(told.get(0).origin());
    assertThat(kept.at()).isCloseTo(told.get(0).acceptedAt(), within(1, ChronoUnit.MILLIS));
    PolicyInForce next =
        PolicyInForce.of(
            new PolicyText("bad.yaml", "strategies: []"), Optional.of(kept), Instant.now());
    assertThat(next.policy()).isEqualTo(policy);
    assertThat(next.refused().orElseThrow().reason()).contains("name at least one strategy");
  }

  private static List<PolicyPublished> policies(List<BackupEvent> events) {
    return events.stream()
        .filter(PolicyPublished.class::isInstance)
        .map(PolicyPublished.class::cast)
        .toList();
  }

  @Test
  @Order(3)
  void aRequestBecomesOneCommandPerSourceAndEndsWithTheLastAnswer() {
    BackupId backup = requested("recovery-point");
    post("{\"strategy\": \"database\"}")
        .statusCode(409)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:backup-running"))
        .body("detail", containsString(backup.value()));

    Envelope first = sealed(answer(backup, MAIN, ComponentOutcome.COMPLETED));
    send(first);
    send(first);
    send(sealed(answer(backup, MAIN, ComponentOutcome.FAILED)));
    send(sealed(answer(backup, new SourceId("other"), ComponentOutcome.COMPLETED)));
    send(sealed(answer(new BackupId("unknown"), MAIN, ComponentOutcome.COMPLETED)));
    send(sealed(answer(backup, SECOND, ComponentOutcome.FAILED)));
    ended(backup, "partial")
        .body("answered.source", equalTo(List.of("main", "second")))
        .body("answered.outcome", equalTo(List.of("completed", "failed")))
        .body("answered[1].error", equalTo("no room"));
    send(sealed(answer(backup, SECOND, ComponentOutcome.COMPLETED)));

    // What is behind the late answer has been handled: so has the late answer.
    BackupId next = requested("recovery-point");
    send(sealed(answer(next, MAIN, ComponentOutcome.COMPLETED)));
    send(sealed(answer(next, SECOND, ComponentOutcome.COMPLETED)));
    ended(next, "completed");
    ended(backup, "partial").body("answered", hasSize(2));

    List<BackupCommand.OfRun> commands =
        read(
            Topics.BACKUP_COMMANDS,
            BackupCommand.OfRun.class,
            found -> found.stream().filter(it -> it.backup().equals(next)).count() == 4);
    assertThat(commands)
        .filteredOn(it -> !(it instanceof ApplyProtection))
        .hasSize(4)
        .hasOnlyElementsOfType(SealRecoveryPoint.class);
    for (SourceId source : List.of(MAIN, SECOND)) {
      assertThat(commands)
          .as("keys and locks as the strategy says, before the backup")
          .filteredOn(it -> it.backup().equals(backup) && it.source().equals(source))
          .satisfiesExactly(
              before ->
                  assertThat(before)
                      .isInstanceOfSatisfying(
                          ApplyProtection.class,
                          it -> {
                            assertThat(it.keyRotation()).isEqualTo(Duration.ofDays(7));
                            assertThat(it.lockRetention()).contains(Duration.ofDays(35));
                          }),
              then -> assertThat(then).isInstanceOf(SealRecoveryPoint.class));
    }
    List<BackupEvent> events =
        read(Topics.BACKUP_EVENTS, BackupEvent.class, found -> ends(found, next).size() == 1);
    assertThat(ends(events, backup))
        .singleElement()
        .extracting(BackupFinished::outcome)
        .isEqualTo(Outcome.PARTIAL);
  }

  @Test
  @Order(4)
  void aRunThatNobodyAnswersIsGivenUpAndSaysWhom() {
    BackupId base = requested("base");
    ended(base, "failed")
        .body("answered", hasSize(2))
        .body("answered[0].error", containsString("source 'main'"))
        .body("answered[1].error", containsString("source 'second'"));
    send(sealed(answer(base, MAIN, ComponentOutcome.COMPLETED)));
    BackupId next = requested("base");
    ended(next, "failed");
    ended(base, "failed");
    List<BackupEvent> events =
        read(Topics.BACKUP_EVENTS, BackupEvent.class, found -> ends(found, next).size() == 1);
    assertThat(ends(events, base)).hasSize(1);
  }

  @Test
  @Order(5)
  void aCommandBecomesOneRunAndWhatCannotBeginEndsAsFailedWithAnAlert() {
    BackupId asked = new BackupId("asked");
    Envelope command = sealed(order(asked, DATABASE));
    send(command);
    send(command);
    send(sealed(order(asked, DATABASE)));
    await(asked);
    BackupId second = new BackupId("second-at-once");
    send(sealed(order(second, DATABASE)));
    BackupId unknown = new BackupId("of-nothing");
    send(sealed(order(unknown, new StrategyId("nightly"))));
    BackupId undriven = new BackupId("of-files");
    send(sealed(order(undriven, new StrategyId("storage"))));

    List<BackupEvent> events =
        read(
            Topics.BACKUP_EVENTS,
            BackupEvent.class,
            found ->
                ends(found, second).size()
                        + ends(found, unknown).size()
                        + ends(found, undriven).size()
                    == 3);
    assertThat(events)
        .filteredOn(it -> it instanceof BackupStarted started && started.backup().equals(asked))
        .singleElement()
        .isInstanceOfSatisfying(
            BackupStarted.class, it -> assertThat(it.requestedBy()).isEqualTo("kim"));
    assertThat(ends(events, second))
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.outcome()).isEqualTo(Outcome.FAILED);
              assertThat(it.components().getFirst().error().orElseThrow())
                  .contains("asked has not ended");
            });
    assertThat(
            read(Topics.ALERTS, AlertEvent.class, found -> found.size() == 3).stream()
                .map(AlertRaised.class::cast)
                .map(AlertRaised::subject))
        .containsExactlyInAnyOrder("backup/second-at-once", "backup/of-nothing", "backup/of-files");

    send(sealed(answer(asked, MAIN, ComponentOutcome.COMPLETED)));
    send(sealed(answer(asked, SECOND, ComponentOutcome.COMPLETED)));
    ended(asked, "completed");
  }

  private static RunBackup order(BackupId backup, StrategyId strategy) {
    return new RunBackup(backup, strategy, BackupKind.RECOVERY_POINT, "kim", Instant.now());
  }

  private static void await(BackupId backup) {
    Eventually.soon()
        .asserted(() -> given().get("/api/v1/backups/" + backup).then().statusCode(200));
  }

  @Test
  @Order(6)
  void aFiringThatIsMadeTwiceIsOneRun() throws Throwable {
    BackupRun fired =
        BackupRun.begin(
            new BackupRun.Request(
                new BackupId("database-base-20280229T000000Z"),
                Trigger.SCHEDULE,
                "backup-scheduler",
                Optional.of(Instant.parse("2028-02-29T00:00:00Z"))),
            DATABASE,
            Kind.BASE,
            List.of(MAIN),
            Instant.now());
    assertThat(begun(fired)).contains(fired);
    assertThat(begun(fired)).isEmpty();
    ended(fired.id(), "failed");
    assertThat(begun(fired)).isEmpty();

    BackupId next = requested("base");
    List<BackupCommand.OfRun> commands =
        read(
            Topics.BACKUP_COMMANDS,
            BackupCommand.OfRun.class,
            found -> found.stream().filter(it -> it.backup().equals(next)).count() == 4);
    assertThat(commands)
        .filteredOn(it -> it.backup().equals(fired.id()) && !(it instanceof ApplyProtection))
        .singleElement()
        .isInstanceOf(TakeBaseSnapshot.class);
  }

  @Test
  @Order(7)
  void aProofIsAskedOfTheWorkersOfEveryDatabase() {
    BackupId proof = requested("proof");
    List<BackupCommand.OfRun> commands =
        read(
            Topics.BACKUP_COMMANDS,
            BackupCommand.OfRun.class,
            found -> found.stream().filter(it -> it.backup().equals(proof)).count() == 4);
    assertThat(commands)
        .filteredOn(it -> it.backup().equals(proof) && !(it instanceof ApplyProtection))
        .hasSize(2)
        .allSatisfy(it -> assertThat(it).isInstanceOf(ProveContent.class));
  }

  @Test
  @Order(7)
  void aRestorePointIsAskedOfTheWorkerOfItsSourceAlone() {
    pointRefused("{\"source\": \"main\"}", 400, "bad-request", "name");
    pointRefused("{\"source\": \"main\", \"name\": \" \"}", 400, "bad-request", "name");
    pointRefused(
        "{\"source\": \"main\", \"name\": \"%s\"}".formatted("x".repeat(64)),
        400,
        "bad-request",
        "name");
    pointRefused("{\"name\": \"x\"}", 400, "bad-request", "source");
    pointRefused("{\"source\": \"mian\", \"name\": \"x\"}", 404, "unknown-source", "source");
    refused(
        "{\"strategy\": \"database\", \"kind\": \"restore-point\"}", 400, "bad-request", "kind");

    String body = "{\"source\": \"main\", \"name\": \"release 42\", \"requestedBy\": \"ada\"}";
    BackupId point = new BackupId(askedForPoint(body).statusCode(202).extract().path("backup"));
    askedForPoint(body).statusCode(409).body("detail", containsString(point.value()));
    List<BackupCommand.OfRun> commands =
        read(
            Topics.BACKUP_COMMANDS,
            BackupCommand.OfRun.class,
            found -> found.stream().filter(it -> it.backup().equals(point)).count() == 2);
    assertThat(commands)
        .filteredOn(it -> it.backup().equals(point) && !(it instanceof ApplyProtection))
        .singleElement()
        .isInstanceOfSatisfying(
            CreateRestorePoint.class,
            it -> {
              assertThat(it.source()).isEqualTo(MAIN);
              assertThat(it.name().value()).isEqualTo("release 42");
              assertThat(it.requestedBy()).isEqualTo("ada");
            });
    send(sealed(answer(point, MAIN, ComponentOutcome.COMPLETED)));
    ended(point, "completed");
  }

  @Test
  @Order(8)
  void aRestorePointThatACommandAsksForIsMadeOnce() {
    BackupId point = new BackupId("point-by-command");
    Envelope command = sealed(pointOrder(point, MAIN, "release 43"));
    send(command);
    send(command);
    send(sealed(pointOrder(point, MAIN, "release 43")));
    await(point);
    BackupId second = new BackupId("point-at-once");
    send(sealed(pointOrder(second, MAIN, "release 43")));
    BackupId unknown = new BackupId("point-of-nothing");
    send(sealed(pointOrder(unknown, new SourceId("mian"), "release 43")));

    List<BackupEvent> events =
        read(
            Topics.BACKUP_EVENTS,
            BackupEvent.class,
            found -> ends(found, second).size() + ends(found, unknown).size() == 2);
    assertThat(events)
        .filteredOn(it -> it instanceof BackupStarted started && started.backup().equals(point))
        .singleElement()
        .isInstanceOfSatisfying(
            BackupStarted.class,
            it -> {
              assertThat(it.strategy()).isEqualTo(DATABASE);
              assertThat(it.requestedBy()).isEqualTo("ada");
            });
    assertThat(ends(events, second).getFirst().components().getFirst().error().orElseThrow())
        .contains("point-by-command has not ended");
    assertThat(ends(events, unknown).getFirst().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(
            read(Topics.ALERTS, AlertEvent.class, found -> found.size() >= 5).stream()
                .map(AlertRaised.class::cast)
                .filter(it -> it.subject().equals("backup/point-of-nothing")))
        .singleElement()
        .satisfies(it -> assertThat(it.title()).contains("no strategy", "'mian'"));
    assertThat(
            read(
                Topics.BACKUP_COMMANDS,
                BackupCommand.OfRun.class,
                found -> found.stream().anyMatch(it -> it.backup().equals(point))))
        .filteredOn(CreateRestorePoint.class::isInstance)
        .filteredOn(it -> it.backup().equals(point))
        .singleElement()
        .isInstanceOfSatisfying(
            CreateRestorePoint.class, it -> assertThat(it.name().value()).isEqualTo("release 43"));
    send(sealed(answer(point, MAIN, ComponentOutcome.COMPLETED)));
    ended(point, "completed");
  }

  private static NamePosition pointOrder(BackupId backup, SourceId source, String name) {
    return new NamePosition(backup, source, new PointName(name), "ada", Instant.now());
  }

  private static ValidatableResponse askedForPoint(String body) {
    return given().contentType(ContentType.JSON).body(body).post("/api/v1/restore-points").then();
  }

  private static void pointRefused(String body, int status, String type, String field) {
    askedForPoint(body)
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:" + type))
        .body("field", equalTo(field))
        .body("fix", notNullValue());
  }

  private Optional<BackupRun> begun(BackupRun run) throws Throwable {
    return VertxContextSupport.subscribeAndAwait(
        () -> Panache.withTransaction(() -> backups.begin(run)));
  }

  private static void refused(String body, int status, String type, String field) {
    post(body)
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:" + type))
        .body("field", equalTo(field))
        .body("fix", notNullValue());
  }

  private static ValidatableResponse post(String body) {
    return given().contentType(ContentType.JSON).body(body).post("/api/v1/backups").then();
  }

  private static BackupId requested(String kind) {
    return new BackupId(
        post("{\"strategy\": \"database\", \"kind\": \"%s\"}".formatted(kind))
            .statusCode(202)
            .extract()
            .path("backup"));
  }

  private static ValidatableResponse ended(BackupId backup, String state) {
    Eventually.soon()
        .asserted(
            () ->
                assertThat(given().get("/api/v1/backups/" + backup).<String>path("state"))
                    .isNotEqualTo("running"));
    return given()
        .get("/api/v1/backups/" + backup)
        .then()
        .statusCode(200)
        .body("state", equalTo(state));
  }

  private static BackupComponentFinished answer(
      BackupId backup, SourceId source, ComponentOutcome outcome) {
    return new BackupComponentFinished(
        backup,
        DATABASE,
        source,
        outcome,
        Optional.empty(),
        Optional.empty(),
        7,
        outcome == ComponentOutcome.FAILED ? Optional.of("no room") : Optional.empty(),
        Instant.now());
  }

  private Envelope sealed(Message message) {
    return envelopes.seal(message, Correlation.of("story"));
  }

  private void send(Envelope envelope) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer())) {
      // One partition keeps the order in which the story tells it.
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(envelope.topic(), 0, envelope.key(), envelope.body());
      envelope
          .headers()
          .forEach(
              (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      producer.send(record);
      producer.flush();
    }
  }

  private static List<BackupFinished> ends(List<BackupEvent> events, BackupId backup) {
    return events.stream()
        .filter(BackupFinished.class::isInstance)
        .map(BackupFinished.class::cast)
        .filter(it -> it.backup().equals(backup))
        .toList();
  }

  /** Everything in the topic, once {@code enough} holds for it. */
  private <T extends Message> List<T> read(String topic, Class<T> type, Predicate<List<T>> enough) {
    List<T> found = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(topic));
      Eventually.soon()
          .is(
              "all is in " + topic,
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(record -> found.add(envelopes.open(record, type).data()));
                return enough.test(found);
              });
    }
    return found;
  }
}
