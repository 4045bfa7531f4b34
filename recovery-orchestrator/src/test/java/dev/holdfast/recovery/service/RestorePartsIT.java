/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.notNullValue;

import dev.holdfast.events.RecoveryCommand.RestoreScoped;
import dev.holdfast.events.RecoveryCommand.Scope;
import dev.holdfast.events.RecoveryCommand.Target;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.postgres.Credentials;
import dev.holdfast.postgres.DatabaseUrl;
import dev.holdfast.postgres.PostgresException;
import dev.holdfast.postgres.restore.BesideTarget;
import dev.holdfast.postgres.restore.RestoreEngine;
import dev.holdfast.postgres.restore.RestoreOptions;
import dev.holdfast.postgres.restore.RestorePlan;
import dev.holdfast.postgres.restore.RestorePlanner;
import dev.holdfast.postgres.restore.RestoreProgress;
import dev.holdfast.postgres.restore.RestoreReport;
import dev.holdfast.postgres.restore.RestoreTarget;
import dev.holdfast.postgres.restore.Selection;
import dev.holdfast.postgres.restore.TargetDatabase;
import dev.holdfast.postgres.search.ChangeSearch;
import dev.holdfast.postgres.search.TransactionTarget;
import dev.holdfast.recovery.procedure.Procedures;
import dev.holdfast.recovery.restore.TargetOperations;
import dev.holdfast.recovery.run.Fact;
import dev.holdfast.recovery.run.Operations;
import dev.holdfast.recovery.run.Outcome;
import dev.holdfast.recovery.run.RestoreOrder;
import dev.holdfast.recovery.run.Run;
import dev.holdfast.recovery.run.Transitions;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.VaultReader;
import dev.holdfast.vault.crypto.Identity;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
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
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Some tables, or all but one transaction, through the orchestrator: as by the engine alone. */
@QuarkusTest
@QuarkusTestResource(
    value = RecoveryServers.class,
    restrictToAnnotatedClass = true,
    initArgs = @ResourceArg(name = RecoveryServers.TWO_TABLES, value = "yes"))
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RestorePartsIT {

  private static final SourceId MAIN = new SourceId("main");

  @Inject Envelopes envelopes;
  @Inject TargetOperations targets;

  private final String hooks = setting("test.hooks");
  private final String password = setting("test.password");
  private final String control = setting("test.control");
  private final String live = setting("test.primary");
  private final RestoreEngine engine = new RestoreEngine(InstantSource.system());

  /** Transaction that changed calls 1 to 3; a later one built on call 2. */
  private static String mistake = "";

  @BeforeEach
  void makeAMistake() throws Exception {
    if (mistake.isEmpty()) {
      mistake =
          ask(
              live,
              "UPDATE calls SET note = 'wrong' WHERE id <= 3"
                  + " RETURNING pg_current_xact_id()::xid::text");
      execute("UPDATE calls SET note = note || '!' WHERE id = 2");
      given().body("before release 42").post(hooks + "/test/point").then().statusCode(200);
    }
  }

  @Test
  @Order(1)
  void whatDoesNotGoTogetherIsRefusedByItsFieldBeforeAnythingIsTouched() {
    refused(Map.of("inPlace", true, "confirm", "app"), 400, "bad-request", "only");
    refused(Map.of("only", List.of("calls", " ")), 400, "bad-request", "only");
    refused(Map.of("beside", " "), 400, "bad-request", "beside");
    refused(Map.of("beside", "pg_mine"), 422, "wrong-setting", "beside");
    refused(Map.of("beside", "x".repeat(64)), 422, "wrong-setting", "beside");
    refused(Map.of("beside", "public"), 409, "target-not-empty", "beside");
    refused(Map.of("beside", "undo", "only", List.of("nothing")), 422, "wrong-setting", "only");
    refused(Map.of("beside", "undo", "confirm", "app"), 400, "bad-request", "confirm");
    refused(Map.of("exceptXid", -1), 400, "bad-request", "exceptXid");
    refused(Map.of("exceptXid", 4_000_000_000L), 404, "unknown-transaction", "exceptXid");
    refused(Map.of("only", List.of("calls")), 409, "target-not-empty", "into");
    refused(Map.of("only", List.of("calls"), "inPlace", true), 422, "not-confirmed", "confirm");
    refused(
        Map.of("only", List.of("calls"), "inPlace", true, "confirm", "App"),
        422,
        "not-confirmed",
        "confirm");
    refused(
        Map.of("only", List.of("nothing"), "into", control + "parts"),
        422,
        "wrong-setting",
        "only");
    assertThat(ask(live, "SELECT count(*) FROM pg_namespace WHERE nspname ~ 'undo|holdfast_'"))
        .isEqualTo("0");
    given().get("/api/v1/runs").then().body("items.size()", equalTo(0));
  }

  @Test
  @Order(2)
  void besideTheyStandAsTheEngineAlonePutsThem() {
    Map<String, Object> request =
        request(Map.of("beside", "undo", "only", List.of("calls"), "beforeXid", xid()));
    json(request).post("/api/v1/restores/plan").then().statusCode(200);
    assertThat(ask(live, "SELECT to_regnamespace('undo') IS NULL")).isEqualTo("t");

    ValidatableResponse run = ended(accepted(request), "completed");

    RestoreReport alone = breakGlass("alone");
    run.body("report.tables.size()", equalTo(1))
        .body("report.tables[0].hash", equalTo(alone.tables().getFirst().hash()))
        .body("report.reached.lsn", equalTo(alone.reached().lsn().toString()))
        .body("report.beside.schema", equalTo("undo"))
        .body("facts.restore-beside", equalTo("undo"))
        .body("steps[1].operations[0].detail", containsString("in schema undo"));
    assertThat(
            ask(live, "SELECT count(*) FROM (TABLE alone.calls EXCEPT TABLE undo.calls) different"))
        .isEqualTo("0");
    assertThat(ask(live, "SELECT note FROM undo.calls WHERE id = 1")).isEqualTo("call 1");
    assertThat(ask(live, "SELECT note FROM calls WHERE id = 1")).isEqualTo("wrong");
  }

  @Test
  @Order(3)
  void allButOneTransactionIsRestoredAndTheReportNamesWhatDependsOnIt() {
    String run =
        accepted(Map.of("source", "main", "into", control + "without", "exceptXid", xid()));
    ended(run, "completed")
        .body("report.dependents.xid", equalTo((int) xid()))
        .body("report.dependents.rows", equalTo(1))
        .body("report.dependents.table", equalTo("\"holdfast\".\"dependent_rows\""))
        .body("report.notes", hasItem("transaction " + mistake + " was left out"));
    assertThat(
            ask(
                control + "without",
                "SELECT string_agg(note, ',' ORDER BY id) FROM calls WHERE id <= 3"))
        .isEqualTo("call 1,wrong!,call 3");
    assertThat(ask(control + "without", "SELECT row_identity FROM holdfast.dependent_rows"))
        .isEqualTo("2");
  }

  @Test
  @Order(4)
  void onlySomeTablesStandInANewDatabase() {
    ended(
            accepted(
                Map.of(
                    "source", "main", "into", control + "parts", "only", List.of("public.calls"))),
            "completed")
        .body("report.tables.name", equalTo(List.of("calls")));
    assertThat(ask(control + "parts", "SELECT count(*) FROM pg_tables WHERE schemaname='public'"))
        .isEqualTo("1");
  }

  @Test
  @Order(5)
  void anUnconfirmedCommandTouchesNothingAndAConfirmedOneIsOneRunHoweverOftenItComes() {
    send(command("unconfirmed", Optional.empty()));
    ended("unconfirmed", "failed").body("detail", containsString("replaces all rows of calls"));
    send(command("wrong-name", Optional.of("postgres")));
    ended("wrong-name", "failed").body("detail", containsString("'postgres' is not its name"));
    assertThat(ask(live, "SELECT note FROM calls WHERE id = 1")).isEqualTo("wrong");

    RestoreScoped command = command("confirmed", Optional.of("app"));
    send(command);
    send(command);
    String schema =
        ended("confirmed", "completed")
            .body("report.dependents.rows", equalTo(1))
            .body("report.beside.keptAside.size()", equalTo(1))
            .extract()
            .path("report.beside.schema");
    assertThat(schema).startsWith("holdfast_20");
    assertThat(ask(live, "SELECT string_agg(note, ',' ORDER BY id) FROM calls WHERE id <= 3"))
        .isEqualTo("call 1,wrong!,call 3");
    assertThat(ask(live, "SELECT note FROM " + schema + ".calls_before WHERE id = 1"))
        .isEqualTo("wrong");
    assertThat(ask(live, "SELECT row_identity FROM " + schema + ".dependent_rows")).isEqualTo("2");
  }

  @Test
  @Order(6)
  void afterAKillOnlyItsOwnHalfFilledSchemaIsReplaced() throws Exception {
    Run run = besideRun("killed", false);
    half("killed", "some-other-run");
    assertThatThrownBy(() -> targets.fill(again(run)))
        .isInstanceOfSatisfying(
            PostgresException.class,
            e -> assertThat(e.reason()).isEqualTo(PostgresException.Reason.NOT_EMPTY));
    assertThat(ask(live, "SELECT owner FROM killed.holdfast_restored")).isEqualTo("some-other-run");

    execute("DROP SCHEMA killed CASCADE");
    half("killed", run.id().value());
    execute("INSERT INTO killed.calls VALUES (-1, 'half')");
    Outcome redone = targets.fill(again(run));
    assertThat(redone).isInstanceOf(Outcome.Done.class);
    assertThat(ask(live, "SELECT count(*) FROM killed.calls WHERE id < 0")).isEqualTo("0");
    assertThat(ask(live, "SELECT count(*) FROM killed.calls")).isEqualTo("1000");
  }

  @Test
  @Order(7)
  void afterAKillThatCameTooLateRowsAreNotPutInPlaceTwice() throws Exception {
    Run run = besideRun("late", true);
    Outcome first = targets.fill(again(run));
    execute("INSERT INTO calls VALUES (5000, 'since then')");
    Outcome second = targets.fill(again(run));
    assertThat(second).isEqualTo(first);
    assertThat(ask(live, "SELECT count(*) FROM calls WHERE id = 5000")).isEqualTo("1");
    assertThat(((Outcome.Done) second).facts().need(Fact.RESTORED_LSN)).isNotBlank();
  }

  @Test
  @Order(8)
  void aRestorePointIsRestoredByItsNameAndOthersAreNamed() throws Exception {
    execute("DELETE FROM calls");
    given().post(hooks + "/test/seal").then().statusCode(200);
    Map<String, Object> request =
        Map.of("source", "main", "into", control + "released", "toPoint", "before release 42");
    json(request)
        .post("/api/v1/restores/plan")
        .then()
        .statusCode(200)
        .body("target", equalTo("restore point 'before release 42'"));
    String run = accepted(request);
    ended(run, "completed");
    assertThat(
            ask(
                control + "released",
                "SELECT count(*) || ' ' || max(note) FILTER (WHERE id = 2) FROM calls"))
        .isEqualTo("1000 wrong!");

    refused(Map.of("toPoint", "release"), 404, "unknown-restore-point", "toPoint");
    refused(Map.of("toPoint", " "), 400, "bad-request", "toPoint");
    refused(Map.of("toPoint", "x", "toLsn", "0/1"), 400, "bad-request", "toTime");
  }

  private long xid() {
    return Long.parseLong(mistake);
  }

  private RestoreScoped command(String run, Optional<String> confirm) {
    return new RestoreScoped(
        new RunId(run),
        MAIN,
        new Target(Optional.empty(), Optional.empty()),
        Optional.of(xid()),
        new Scope(List.of("calls"), Optional.empty(), true, confirm),
        live,
        "default",
        Optional.empty(),
        "tester",
        Instant.now());
  }

  private Run besideRun(String schema, boolean inPlace) {
    return Transitions.start(
            new Transitions.Request(
                new RunId("run-" + schema),
                Procedures.shipped().get(Procedures.RESTORE),
                MAIN,
                Optional.empty(),
                Optional.empty(),
                Optional.of(
                    RestoreOrder.of(
                        new Target(Optional.empty(), Optional.empty()),
                        Optional.empty(),
                        new Scope(
                            List.of("calls"),
                            Optional.of(schema),
                            inPlace,
                            inPlace ? Optional.of("app") : Optional.empty()),
                        live,
                        "default",
                        Optional.empty(),
                        Instant.now())),
                "test"),
            Instant.now())
        .run();
  }

  private static Operations.Context again(Run run) {
    return new Operations.Context(run, 2, Optional.empty(), progress -> {});
  }

  /** A restore of that owner that ended while rows were loaded. */
  private void half(String schema, String owner) {
    assertThatThrownBy(
            () ->
                beside(
                    schema,
                    Optional.of(owner),
                    (vault, identity) -> new RestoreTarget.Latest(),
                    at -> {
                      if (at.phase() == RestoreProgress.Phase.ROWS) {
                        throw new IllegalStateException("killed");
                      }
                    }))
        .hasMessage("killed");
  }

  private RestoreReport breakGlass(String schema) {
    return beside(
        schema,
        Optional.empty(),
        (vault, identity) ->
            new TransactionTarget(xid(), false)
                .in(new ChangeSearch(vault, identity, MAIN))
                .orElseThrow(),
        RestoreProgress.Listener.none());
  }

  private RestoreReport beside(
      String schema,
      Optional<String> owner,
      BiFunction<VaultReader, Identity, RestoreTarget> target,
      RestoreProgress.Listener listener) {
    try (Identity identity =
            Identity.open(setting("holdfast.keys.identity"), Set.of(), () -> new char[0]);
        ObjectStore store =
            ObjectStores.open(
                VaultUrl.parse(setting("holdfast.vault.regions[1].url")), Optional.empty());
        VaultReader vault = VaultReader.open(store, identity.trustedSigners())) {
      return engine.restoreBeside(
          vault,
          identity,
          (RestorePlan.Reachable)
              RestorePlanner.plan(vault.chain(MAIN), target.apply(vault, identity), Instant.now()),
          new BesideTarget(
              new TargetDatabase(
                  DatabaseUrl.parse(live),
                  new Credentials("postgres", new dev.holdfast.model.Secret(password))),
              schema,
              false,
              owner),
          RestoreOptions.defaults().only(new Selection(List.of("calls"))),
          listener);
    }
  }

  /** A request for the live database, unless it says otherwise. */
  private Map<String, Object> request(Map<String, Object> parts) {
    Map<String, Object> request = new HashMap<>(Map.of("source", "main", "into", live));
    request.putAll(parts);
    return request;
  }

  private void refused(Map<String, Object> parts, int status, String type, String field) {
    json(request(parts))
        .post("/api/v1/restores")
        .then()
        .log()
        .ifValidationFails()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:" + type))
        .body("field", equalTo(field))
        .body("fix", notNullValue());
  }

  private static String accepted(Map<String, Object> request) {
    return json(request)
        .post("/api/v1/restores")
        .then()
        .log()
        .ifValidationFails()
        .statusCode(202)
        .extract()
        .path("run");
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
    return given()
        .get("/api/v1/runs/" + run)
        .then()
        .log()
        .ifValidationFails()
        .statusCode(200)
        .body("status", equalTo(status));
  }

  private void send(RestoreScoped command) {
    Envelope envelope = envelopes.seal(command, Correlation.of("parts"));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", setting("kafka.bootstrap.servers")),
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

  private void execute(String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(live, "postgres", password);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private String ask(String url, String sql) {
    try (Connection connection = DriverManager.getConnection(url, "postgres", password);
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      return row.next() ? String.valueOf(row.getString(1)) : "";
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }
}
