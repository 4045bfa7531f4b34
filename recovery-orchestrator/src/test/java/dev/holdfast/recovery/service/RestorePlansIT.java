/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.holdfast.events.Message;
import dev.holdfast.events.RecoveryCommand.FindTransactions;
import dev.holdfast.events.RecoveryCommand.Moment;
import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.events.RecoveryEvent;
import dev.holdfast.events.RecoveryEvent.Answer;
import dev.holdfast.events.RecoveryEvent.ChangedTable;
import dev.holdfast.events.RecoveryEvent.Estimate;
import dev.holdfast.events.RecoveryEvent.Plan;
import dev.holdfast.events.RecoveryEvent.Refusal;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.events.RecoveryEvent.Transactions;
import dev.holdfast.events.RecoveryEvent.TransactionsFound;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.PointName;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.store.RunJson;
import dev.holdfast.testkit.Eventually;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
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

/** One story in order: plans and restores that are asked for over Kafka, of every named moment. */
@QuarkusTest
@QuarkusTestResource(value = RecoveryServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class RestorePlansIT {

  private static final SourceId MAIN = new SourceId("main");
  private static final Moment LATEST =
      new Moment(
          Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  @Inject Envelopes envelopes;

  private final String hooks = setting("test.hooks");
  private final String password = setting("test.password");
  private final String control = setting("test.control");
  private final String primary = setting("test.primary");
  private final String bootstrap = setting("kafka.bootstrap.servers");

  @Test
  @Order(1)
  void aPlanIsMadeOnceAndChangesNothing() throws Exception {
    execute(primary, "INSERT INTO calls SELECT i, 'more' FROM generate_series(1001, 1010) i");
    post("/test/seal", "");
    Envelope first = sealed(plan("plan-1", LATEST, control + "planned"));
    send(first);
    send(first);

    Plan plan = answer("plan-1").plan().orElseThrow();
    assertThat(plan.target()).isEqualTo("the latest recovery point");
    assertThat(plan.changes()).isGreaterThanOrEqualTo(10);
    assertThat(plan.storedBytes()).isPositive();
    assertThat(plan.through().lsn()).isGreaterThan(plan.basePosition().lsn());
    assertThat(plan.estimate().orElseThrow().basis())
        .startsWith("nothing like it was restored here yet");
    assertThat(plan.notes()).isEmpty();
    assertThat(
            ask(control + "postgres", "SELECT count(*) FROM pg_database WHERE datname = 'planned'"))
        .isEqualTo("0");

    send(first);
    PlanRestore some =
        new PlanRestore(
            new RunId("plan-2"),
            new dev.holdfast.events.RecoveryCommand.Order(
                MAIN,
                LATEST,
                Optional.empty(),
                new Scope(List.of("calls"), Optional.of("beside"), true, Optional.empty()),
                primary,
                "default",
                Optional.empty()),
            "ada",
            Instant.now());
    send(sealed(some));
    assertThat(answer("plan-2").plan().orElseThrow().notes())
        .containsExactly(
            "only calls; every other table is left out",
            "rows of live tables in database app are replaced; what they held is kept aside");
    assertThat(answers("plan-2")).filteredOn(it -> it.run().value().equals("plan-1")).hasSize(1);
    assertThat(ask(control + "orchestrator", "SELECT count(*) FROM question")).isEqualTo("0");
    given().get("/api/v1/runs").then().body("items.size()", equalTo(0));
  }

  @Test
  @Order(2)
  void whatCannotBeRestoredIsRefusedByItsFieldWithAFix() {
    refused("no-point", point("release"), "unknown-restore-point", "toPoint");
    refused("no-xid", toXid(4_000_000_000L), "unknown-transaction", "toXid");
    refused("no-before", beforeXid(4_000_000_000L), "unknown-transaction", "beforeXid");
    refused("too-early", toTime("2020-01-01T00:00:00Z"), "before-first-recovery-point", "toTime");
    send(sealed(plan("full", LATEST, primary)));
    assertThat(answer("full").refusal().orElseThrow().type()).isEqualTo("target-not-empty");
    send(sealed(plan("no-url", LATEST, "postgres://x/y")));
    assertThat(answer("no-url").refusal().orElseThrow().field()).contains("into");
  }

  @Test
  @Order(3)
  void aPlanThatAKillInterruptedIsMadeAndOneThatKillsIsGivenUp() throws Exception {
    leftBehind(plan("killed", LATEST, control + "planned"), 2);
    assertThat(answer("killed").plan()).isPresent();
    leftBehind(plan("killer", LATEST, control + "planned"), 3);
    Refusal refusal = answer("killer").refusal().orElseThrow();
    assertThat(refusal.type()).isEqualTo("not-answered");
    assertThat(refusal.detail()).contains("ended 3 times");
  }

  @Test
  @Order(4)
  void aRestoreOfANamedMomentIsDoneAndSaysHowLongTheNextOneTakes() throws Exception {
    post("/test/point", "before release 42");
    long xid =
        Long.parseLong(
            ask(
                primary,
                "UPDATE calls SET note = 'wrong' WHERE id = 1"
                    + " RETURNING pg_current_xact_id()::xid::text"));
    execute(primary, "UPDATE calls SET note = 'later' WHERE id = 1");
    post("/test/seal", "");

    restore("to-point", point("before release 42"));
    restore("to-xid", toXid(xid));
    restore("before-xid", beforeXid(xid))
        .body("facts.transaction-lsn", notNullValue())
        .body("facts.stored-bytes", notNullValue());
    String note = "SELECT note FROM calls WHERE id = 1";
    assertThat(ask(control + "to_point", note)).isEqualTo("call 1");
    assertThat(ask(control + "to_xid", note)).isEqualTo("wrong");
    assertThat(ask(control + "before_xid", note)).isEqualTo("call 1");

    send(sealed(plan("measured", point("before release 42"), control + "planned")));
    Plan plan = answer("measured").plan().orElseThrow();
    assertThat(plan.target()).isEqualTo("restore point 'before release 42'");
    Estimate estimate = plan.estimate().orElseThrow();
    assertThat(estimate.takes()).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(1));
    assertThat(estimate.basis()).endsWith(" s in before-xid");
  }

  @Test
  @Order(5)
  void theTransactionsAroundAMomentAreFoundWithoutTheirRows() throws Exception {
    String change =
        "UPDATE calls SET note = '%s' WHERE id = %s RETURNING pg_current_xact_id()::xid::text";
    long before = Long.parseLong(ask(primary, change.formatted("fine", 2)));
    long harm = Long.parseLong(ask(primary, change.formatted("harm", "2 OR id = 3")));
    Instant between =
        Instant.parse(
            ask(
                primary,
                "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"));
    long after = Long.parseLong(ask(primary, change.formatted("later", 4)));
    post("/test/seal", "");

    send(sealed(find("around", MAIN, between, 1, List.of())));
    Transactions found = found("around").found().orElseThrow();
    assertThat(found.before())
        .singleElement()
        .satisfies(
            it -> {
              assertThat(it.commit().xid()).isEqualTo(harm);
              assertThat(it.commit().time()).isBeforeOrEqualTo(between);
              assertThat(it.tables())
                  .containsExactly(new ChangedTable("public", "calls", 0, 2, 0, false));
            });
    assertThat(found.moreBefore()).isTrue();
    assertThat(found.after())
        .singleElement()
        .satisfies(it -> assertThat(it.commit().xid()).isEqualTo(after));
    assertThat(found.moreAfter()).isFalse();

    send(sealed(find("more", MAIN, between, 2, List.of("public.cal%"))));
    assertThat(found("more").found().orElseThrow().before())
        .extracting(it -> it.commit().xid())
        .containsExactly(before, harm);
    send(sealed(find("other-tables", MAIN, between, 2, List.of("other"))));
    assertThat(found("other-tables").found())
        .contains(new Transactions(List.of(), false, List.of(), false));
    send(sealed(find("no-source", new SourceId("shop"), between, 2, List.of())));
    assertThat(found("no-source").refusal().orElseThrow())
        .satisfies(it -> assertThat(it.type()).isEqualTo("unknown-source"))
        .satisfies(it -> assertThat(it.field()).contains("source"));
  }

  private static FindTransactions find(
      String id, SourceId source, Instant around, int most, List<String> tables) {
    return new FindTransactions(
        new RunId(id), source, around, Duration.ofMinutes(10), most, tables, "ada", Instant.now());
  }

  private TransactionsFound found(String search) {
    return (TransactionsFound) anAnswer(search);
  }

  private io.restassured.response.ValidatableResponse restore(String run, Moment moment) {
    send(
        sealed(
            new RestoreOrdered(
                new RunId(run),
                order(moment, control + run.replace('-', '_')),
                "ada",
                Instant.now())));
    Eventually.within(Duration.ofSeconds(60))
        .asserted(
            () ->
                assertThat(given().get("/api/v1/runs/" + run).<String>path("status"))
                    .isIn("completed", "failed", "waiting-for-approval"));
    return given()
        .get("/api/v1/runs/" + run)
        .then()
        .log()
        .ifValidationFails()
        .body("status", equalTo("completed"));
  }

  private void refused(String id, Moment moment, String type, String field) {
    send(sealed(plan(id, moment, control + "planned")));
    Refusal refusal = answer(id).refusal().orElseThrow();
    assertThat(refusal.type()).isEqualTo(type);
    assertThat(refusal.field()).contains(field);
    assertThat(refusal.fix()).isPresent();
  }

  private static PlanRestore plan(String id, Moment moment, String into) {
    return new PlanRestore(new RunId(id), order(moment, into), "ada", Instant.now());
  }

  private static dev.holdfast.events.RecoveryCommand.Order order(Moment moment, String into) {
    return new dev.holdfast.events.RecoveryCommand.Order(
        MAIN, moment, Optional.empty(), Scope.WHOLE, into, "default", Optional.empty());
  }

  private static Moment point(String name) {
    return new Moment(
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(new PointName(name)));
  }

  private static Moment toXid(long xid) {
    return new Moment(
        Optional.empty(), Optional.empty(), Optional.of(xid), Optional.empty(), Optional.empty());
  }

  private static Moment beforeXid(long xid) {
    return new Moment(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(xid), Optional.empty());
  }

  private static Moment toTime(String time) {
    return new Moment(
        Optional.of(Instant.parse(time)),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  /** As the end of the process leaves a plan that was begun that often. */
  private void leftBehind(PlanRestore asked, int attempts) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(control + "orchestrator", "postgres", password);
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO question (id, attempts, asked, correlation, trace, type, asked_at)"
                    + " VALUES (?, ?, ?, ?, ?, 'dev.holdfast.recovery.plan-restore.v1', now())")) {
      Correlation correlation = Correlation.of("story");
      insert.setString(1, asked.run().value());
      insert.setInt(2, attempts);
      insert.setString(3, RunJson.write(asked));
      insert.setString(4, correlation.id());
      insert.setString(5, correlation.trace());
      insert.executeUpdate();
    }
  }

  private RestorePlanned answer(String plan) {
    return (RestorePlanned) anAnswer(plan);
  }

  private Answer anAnswer(String question) {
    return answers(question).stream()
        .filter(it -> it.run().value().equals(question))
        .findFirst()
        .orElseThrow();
  }

  /** All that were given, once that to {@code question} is there. */
  private List<Answer> answers(String question) {
    List<Answer> found = new ArrayList<>();
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
      consumer.subscribe(List.of(Topics.RECOVERY_EVENTS));
      Eventually.soon()
          .is(
              "the answer to " + question,
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          if (envelopes.open(record, RecoveryEvent.class).data()
                              instanceof Answer answer) {
                            found.add(answer);
                          }
                        });
                return found.stream().anyMatch(it -> it.run().value().equals(question));
              });
    }
    return found;
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

  private void post(String path, String body) {
    given().body(body).post(hooks + path).then().statusCode(200);
  }

  private void execute(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String ask(String url, String sql) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    }
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }
}
