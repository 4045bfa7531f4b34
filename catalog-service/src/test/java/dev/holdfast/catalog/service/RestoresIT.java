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
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.catalog.holds.HoldProjection;
import dev.holdfast.catalog.restores.QuestionProjection;
import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupCommand.PlaceLegalHold;
import dev.holdfast.events.BackupCommand.ReleaseLegalHold;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.HeldRegion;
import dev.holdfast.events.BackupEvent.HoldAction;
import dev.holdfast.events.BackupEvent.HoleRecorded;
import dev.holdfast.events.BackupEvent.LegalHoldFailed;
import dev.holdfast.events.BackupEvent.LegalHoldPlaced;
import dev.holdfast.events.BackupEvent.LegalHoldReleased;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.RecoveryCommand;
import dev.holdfast.events.RecoveryCommand.FindTransactions;
import dev.holdfast.events.RecoveryCommand.PlanRestore;
import dev.holdfast.events.RecoveryCommand.RestoreOrdered;
import dev.holdfast.events.RecoveryEvent.ChangedTable;
import dev.holdfast.events.RecoveryEvent.Estimate;
import dev.holdfast.events.RecoveryEvent.Plan;
import dev.holdfast.events.RecoveryEvent.Refusal;
import dev.holdfast.events.RecoveryEvent.RestorePlanned;
import dev.holdfast.events.RecoveryEvent.RunStarted;
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
import dev.holdfast.model.HoldId;
import dev.holdfast.model.HoldName;
import dev.holdfast.model.HoldReason;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.HoldRecord;
import dev.holdfast.vault.HoldScope;
import dev.holdfast.vault.RecordedHolds;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.vertx.VertxContextSupport;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** Restores, dry runs and restore points that are asked for, of a chain with a promotion. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class RestoresIT {

  private static final RegionId EAST = new RegionId("us-east-1");
  private static final RegionId WEST = new RegionId("us-west-2");
  private static final String INTO =
      "\"source\": \"main\", \"into\": \"jdbc:postgresql://127.0.0.1:5432/restored\"";

  @BeforeAll
  static void signIn() {
    TestAccounts.signIn(Role.ADMIN);
  }

  @Inject Envelopes envelopes;
  @Inject QuestionProjection questions;
  @Inject HoldProjection holds;
  @Inject AgroalDataSource database;

  private Teller teller;

  @BeforeEach
  void aTeller() {
    teller = new Teller(envelopes);
  }

  @Test
  @Order(1)
  void whatNobodyVerifiedCannotBeRestored() throws Exception {
    refused("{" + INTO + "}", 404, "unknown-source", "source");
    try (ObjectStore store =
        ObjectStores.open(
            VaultUrl.parse(setting("holdfast.vault.regions[0].url")), Optional.empty())) {
      WrittenChain chain = WrittenChain.in(store, SigningKey.read(Path.of(setting("test.signer"))));
      chain.epoch(1, 100); // 1
      chain.base(1, "base-1", 100); // 2
      chain.segment(1, 100, 200); // 3
      chain.point(1, "release 42", 150); // 4
      chain.segment(1, 200, 300); // 5
      chain.point(1, "release 43", 280); // 6
      chain.promotion(1, 250); // 7
    }
    teller.send(
        new HoleRecorded(
            MAIN, 7, 1, WrittenChain.position(250), "announced", WrittenChain.time(250)));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/sources/main/restore-points")
                    .then()
                    .body("items.name", equalTo(List.of("release 43", "release 42"))));
    refused("{" + INTO + "}", 409, "no-recovery-point", "source");
    for (RegionId region : List.of(EAST, WEST)) {
      teller.send(new RegionVerified(MAIN, region, 7, Optional.empty(), 3, 30, Instant.now()));
    }
    Eventually.soon()
        .asserted(
            () -> get("/api/v1/sources/main/recovery-points").then().body("items", hasSize(2)));
  }

  @Test
  @Order(2)
  void aRestoreIsAskedForOnceAndOnlyOfWhatIsCovered() {
    String run = restore("{" + INTO + "}", "wish").statusCode(202).extract().path("run");
    restore("{" + INTO + "}", "wish").statusCode(202).body("run", equalTo(run));
    get("/api/v1/runs/" + run)
        .then()
        .statusCode(200)
        .body("status", equalTo("requested"))
        .body("procedure", equalTo("restore"))
        .body("requestedBy", equalTo("admin"));
    String at = WrittenChain.time(150).toString();
    String other =
        restore(
                "{"
                    + INTO
                    + ", \"toTime\": \""
                    + at
                    + "\", \"only\": [\"public.t\"], \"inPlace\": true, \"confirm\": \"restored\","
                    + " \"exceptXid\": 7, \"region\": \"us-west-2\", \"credentials\": \"mine\"}",
                "other")
            .statusCode(202)
            .extract()
            .path("run");
    List<RecoveryCommand> commands =
        teller.heard(
            Topics.RECOVERY_COMMANDS,
            RecoveryCommand.class,
            found -> found.stream().anyMatch(it -> it.run().value().equals(other)));
    assertThat(commands).hasSize(2);
    assertThat(commands)
        .filteredOn(it -> it.run().value().equals(other))
        .singleElement()
        .isInstanceOfSatisfying(
            RestoreOrdered.class,
            it -> {
              assertThat(it.order().moment().toTime()).contains(WrittenChain.time(150));
              assertThat(it.order().scope().only()).containsExactly("public.t");
              assertThat(it.order().scope().inPlace()).isTrue();
              assertThat(it.order().exceptXid()).contains(7L);
              assertThat(it.order().region()).contains(WEST);
              assertThat(it.order().credentials()).isEqualTo("mine");
            });
    teller.send(
        new RunStarted(new RunId(run), "restore", MAIN, Optional.empty(), "admin", Instant.now()));
    Eventually.soon()
        .asserted(() -> get("/api/v1/runs/" + run).then().body("status", equalTo("running")));
    restore("{" + INTO + "}", "wish").statusCode(202);
    get("/api/v1/runs?status=requested").then().body("items.id", equalTo(List.of(other)));

    refused("{\"source\": \"main\"}", 400, "bad-request", "into");
    refused("{\"into\": \"x\"}", 400, "bad-request", "source");
    refused("{" + INTO + ", \"toXid\": -7}", 400, "bad-request", "toXid");
    refused("{" + INTO + ", \"toXid\": 7, \"beforeXid\": 7}", 400, "bad-request", "toTime");
    refused("{" + INTO + ", \"toPoint\": \" \"}", 400, "bad-request", "toPoint");
    refused("{" + INTO + ", \"toLsn\": \"x\"}", 400, "bad-request", "toLsn");
    refused("{" + INTO + ", \"region\": \"mars\"}", 404, "unknown-region", "region");
    refused("{" + INTO + ", \"exceptXid\": -1}", 400, "bad-request", "exceptXid");
    refused("{" + INTO + ", \"beside\": \" \"}", 400, "bad-request", "beside");
    refused(
        "{" + INTO + ", \"only\": [\"t\"], \"inPlace\": true}", 422, "not-confirmed", "confirm");
    refused(
        "{" + INTO + ", \"toTime\": \"2001-01-01T00:00:00Z\"}",
        422,
        "before-first-recovery-point",
        "toTime");
    refused(
        "{\"source\": \"main\", \"into\": \"jdbc:postgresql://me:secret@db/a\"}",
        400,
        "bad-request",
        "into");
    refused(
        "{\"source\": \"other\", \"into\": \"jdbc:postgresql://db/a\"}",
        404,
        "unknown-source",
        "source");
  }

  @Test
  @Order(3)
  void aNamedMomentGoesToTheOrchestratorAndOneThatCannotBeDoesNot() {
    String point = run("{" + INTO + ", \"toPoint\": \"release 42\"}");
    String before = run("{" + INTO + ", \"beforeXid\": 4294967295}");
    List<RecoveryCommand> commands =
        teller.heard(
            Topics.RECOVERY_COMMANDS,
            RecoveryCommand.class,
            found ->
                found.stream()
                    .map(it -> it.run().value())
                    .toList()
                    .containsAll(List.of(point, before)));
    assertThat(moment(commands, point).toPoint().orElseThrow().value()).isEqualTo("release 42");
    assertThat(moment(commands, before).beforeXid()).contains(4_294_967_295L);

    String unknown =
        restore("{" + INTO + ", \"toPoint\": \"release\"}", "k")
            .statusCode(404)
            .body("type", equalTo("urn:holdfast:problem:unknown-restore-point"))
            .body("field", equalTo("toPoint"))
            .extract()
            .path("fix");
    assertThat(unknown).isEqualTo("it has 'release 43', 'release 42'");
    refused("{" + INTO + ", \"toPoint\": \"release 43\"}", 422, "target-orphaned", "toPoint");
  }

  private static RecoveryCommand.Moment moment(List<RecoveryCommand> commands, String run) {
    return commands.stream()
        .filter(it -> it.run().value().equals(run))
        .map(RestoreOrdered.class::cast)
        .findFirst()
        .orElseThrow()
        .order()
        .moment();
  }

  private static String run(String body) {
    return restore(body, "of " + body.hashCode()).statusCode(202).extract().path("run");
  }

  @Test
  @Order(4)
  void aPlanIsAskedForOnceAndShownWithItsAnswer() {
    // Nobody has to confirm what changes nothing.
    String body = "{" + INTO + ", \"only\": [\"public.t\"], \"inPlace\": true}";
    ValidatableResponse first = plan(body, "wish").statusCode(202);
    String plan = first.extract().path("plan");
    first.header("Location", endsWith("/api/v1/restores/plans/" + plan));
    plan(body, "wish").statusCode(202).body("plan", equalTo(plan));
    shown(plan)
        .body("status", equalTo("requested"))
        .body("requestedBy", equalTo("admin"))
        .body("plan", nullValue());
    String other = plan("{" + INTO + "}", "other").extract().path("plan");
    assertThat(
            teller.heard(
                Topics.RECOVERY_COMMANDS,
                RecoveryCommand.class,
                found -> found.stream().anyMatch(it -> it.run().value().equals(other))))
        .filteredOn(it -> it.run().value().equals(plan))
        .singleElement()
        .isInstanceOfSatisfying(
            PlanRestore.class, it -> assertThat(it.order().scope().inPlace()).isTrue());

    RestorePlanned planned =
        new RestorePlanned(
            new RunId(plan), MAIN, Optional.of(aPlan()), Optional.empty(), Instant.now());
    teller.send(planned);
    teller.send(planned);
    // The first answer counts, and one that nobody asked for is nobody's.
    teller.send(refusal(plan));
    teller.send(refusal("plan-of-nobody"));
    teller.send(refusal(other));
    Eventually.soon().asserted(() -> shown(other).body("status", equalTo("refused")));
    shown(other)
        .body("refusal.type", equalTo("target-not-empty"))
        .body("refusal.field", equalTo("into"))
        .body("refusal.fix", equalTo("empty it"));
    shown(plan)
        .body("status", equalTo("planned"))
        .body("plan.base", equalTo("base-1"))
        .body("plan.storedBytes", equalTo(4096))
        .body("plan.through.lsn", equalTo("0/C8"))
        .body("plan.estimate.takes", equalTo("PT42S"))
        .body("plan.notes", equalTo(List.of("only public.t")))
        .body("refusal", nullValue());
    get("/api/v1/restores/plans/plan-of-nobody")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-plan"));
    plan("{" + INTO + ", \"toPoint\": \"release 43\"}", "k")
        .statusCode(422)
        .body("type", equalTo("urn:holdfast:problem:target-orphaned"));
    plan("{\"source\": \"main\", \"into\": \"jdbc:postgresql://me:secret@db/a\"}", "k")
        .statusCode(400)
        .body("field", equalTo("into"));
  }

  @Test
  @Order(5)
  void aPlanIsForgottenAfterADay() throws Throwable {
    String old = plan("{" + INTO + "}", "old").extract().path("plan");
    String fresh = plan("{" + INTO + "}", "fresh").extract().path("plan");
    try (var connection = database.getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE question SET requested_at = now() - interval '25 hours' WHERE id = ?")) {
      update.setString(1, old);
      assertThat(update.executeUpdate()).isOne();
    }
    VertxContextSupport.subscribeAndAwait(() -> questions.forgetOld());
    get("/api/v1/restores/plans/" + old).then().statusCode(404);
    shown(fresh).body("status", equalTo("requested"));
  }

  @Test
  @Order(6)
  void theTransactionsAroundAMomentAreAskedForOnceAndWhatIsAnsweredIsKept() {
    String around = "\"source\": \"main\", \"around\": \"2026-11-23T08:02:30Z\"";
    ValidatableResponse first = search("{" + around + "}", "wish").statusCode(202);
    String search = first.extract().path("search");
    first.header("Location", endsWith("/api/v1/restores/transactions/" + search));
    search("{" + around + "}", "wish").statusCode(202).body("search", equalTo(search));
    get("/api/v1/restores/transactions/" + search)
        .then()
        .body("status", equalTo("requested"))
        .body("transactions", nullValue());
    assertThat(
            teller.heard(
                Topics.RECOVERY_COMMANDS,
                RecoveryCommand.class,
                found -> found.stream().anyMatch(it -> it.run().value().equals(search))))
        .filteredOn(it -> it.run().value().equals(search))
        .singleElement()
        .isInstanceOfSatisfying(
            FindTransactions.class,
            it -> {
              assertThat(it.around()).isEqualTo("2026-11-23T08:02:30Z");
              assertThat(it.within()).isEqualTo(Duration.ofMinutes(10));
              assertThat(it.most()).isEqualTo(20);
              assertThat(it.requestedBy()).isEqualTo("admin");
            });
    Transaction harm =
        new Transaction(
            new CommitPoint(new Lsn(150), WrittenChain.time(150), 742),
            List.of(new ChangedTable("public", "t", 1, 2, 3, true)),
            4);
    teller.send(
        new TransactionsFound(
            new RunId(search),
            MAIN,
            Optional.of(new Transactions(List.of(harm), true, List.of(), false)),
            Optional.empty(),
            Instant.now()));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/restores/transactions/" + search)
                    .then()
                    .body("status", equalTo("found"))
                    .body("transactions.before[0].commit.xid", equalTo(742))
                    .body("transactions.before[0].tables[0].deleted", equalTo(3))
                    .body("transactions.moreBefore", equalTo(true)));
    // It is no plan, though both are questions.
    get("/api/v1/restores/plans/" + search).then().statusCode(404);

    search("{\"source\": \"main\"}", "k").statusCode(400).body("field", equalTo("around"));
    search("{" + around + ", \"withinSeconds\": 86401}", "k")
        .statusCode(400)
        .body("field", equalTo("withinSeconds"));
    search("{" + around + ", \"most\": 0}", "k").statusCode(400).body("field", equalTo("most"));
    search("{" + around + ", \"tables\": [\" \"]}", "k")
        .statusCode(400)
        .body("field", equalTo("tables"));
    search("{\"source\": \"mian\", \"around\": \"2026-11-23T08:02:30Z\"}", "k")
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-source"));
  }

  private static ValidatableResponse search(String body, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/api/v1/restores/transactions")
        .then();
  }

  @Test
  @Order(7)
  void aRestorePointIsAskedForOnceAndItsNameIsTakenOnce() {
    String backup = point("release 44", "wish").statusCode(202).extract().path("backup");
    point("release 44", "wish").statusCode(202).body("backup", equalTo(backup));
    get("/api/v1/backups/" + backup)
        .then()
        .body("status", equalTo("requested"))
        .body("requestedBy", equalTo("admin"));
    String other = point("release 45", "other").extract().path("backup");
    assertThat(
            teller.heard(
                Topics.SCHEDULE_COMMANDS,
                ScheduleCommand.class,
                found -> found.stream().anyMatch(it -> it.backup().value().equals(other))))
        .filteredOn(it -> it.backup().value().equals(backup))
        .singleElement()
        .isInstanceOfSatisfying(
            NamePosition.class,
            it -> {
              assertThat(it.source()).isEqualTo(MAIN);
              assertThat(it.name().value()).isEqualTo("release 44");
              assertThat(it.requestedBy()).isEqualTo("admin");
            });
    teller.send(
        new BackupStarted(
            new BackupId(backup),
            new StrategyId("database"),
            List.of(MAIN),
            Trigger.REQUEST,
            "admin",
            Instant.now()));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/backups/" + backup)
                    .then()
                    .body("status", equalTo("running"))
                    .body("strategy", equalTo("database")));

    point("release 42", "taken")
        .statusCode(409)
        .body("type", equalTo("urn:holdfast:problem:restore-point-exists"))
        .body("field", equalTo("name"))
        .body("detail", containsString("'release 42' already"));
    get("/api/v1/backups?status=requested").then().body("items.id", equalTo(List.of(other)));
    point(" ", "k").statusCode(400).body("field", equalTo("name"));
    given()
        .contentType(ContentType.JSON)
        .body("{}")
        .post("/api/v1/sources/main/restore-points")
        .then()
        .statusCode(400)
        .body("field", equalTo("name"));
    given()
        .contentType(ContentType.JSON)
        .body("{\"name\": \"x\"}")
        .post("/api/v1/sources/mian/restore-points")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-source"));
    get("/api/v1/audit?action=createRestorePoint&outcome=done")
        .then()
        .body("items[0].subject", equalTo("backups/" + other))
        .body("items[0].detail", equalTo("'release 45' of main"));
    get("/api/v1/audit?action=planRestore&outcome=done")
        .then()
        .body(
            "items[0].detail", equalTo("main into jdbc:postgresql://127.0.0.1:5432/restored: all"));
  }

  @Test
  @Order(7)
  void aLegalHoldIsAskedForWithAReasonFollowedAndReleasedWhenThatIsMeant() throws Throwable {
    String order =
        "{\"name\": \"case\", \"reason\": \"Doe v. Example\", \"toPoint\": \"release 42\"}";
    String hold = hold(order, "wish").statusCode(202).extract().path("hold");
    hold(order, "wish").statusCode(202).body("hold", equalTo(hold));
    hold(order, "another").statusCode(202).body("hold", equalTo(hold));
    held(hold)
        .body("status", equalTo("requested"))
        .body("pending", equalTo("place"))
        .body("complete", equalTo(false));
    String release = "/api/v1/legal-holds/" + hold + "/release";
    release(release, "{\"reason\": \"settled\", \"confirm\": \"main\"}")
        .statusCode(409)
        .body("type", equalTo("urn:holdfast:problem:legal-hold-not-placed"));
    hold("{\"name\": \"case\"}", "k").statusCode(400).body("field", equalTo("reason"));
    hold("{\"reason\": \"x\"}", "k").statusCode(400).body("field", equalTo("name"));
    hold("{\"name\": \"a\", \"reason\": \"x\", \"toPoint\": \"release 43\"}", "k")
        .statusCode(422)
        .body("type", equalTo("urn:holdfast:problem:target-orphaned"));
    hold("{\"name\": \"case\", \"reason\": \"other\"}", "k")
        .statusCode(409)
        .body("type", equalTo("urn:holdfast:problem:legal-hold-exists"))
        .body("field", equalTo("name"));

    HeldRegion east = new HeldRegion(EAST, 9, 1, 0, List.of(), Optional.empty());
    HeldRegion west =
        new HeldRegion(WEST, 0, 0, 0, List.of(), Optional.of("it has no Object Lock"));
    LegalHoldPlaced placed =
        new LegalHoldPlaced(
            MAIN,
            new HoldId(hold),
            new HoldName("case"),
            new HoldReason("Doe v. Example"),
            "restore point 'release 42'",
            WrittenChain.position(150),
            "admin",
            Instant.now(),
            List.of(east, west),
            Instant.now());
    teller.send(placed);
    teller.send(placed);
    Eventually.soon().asserted(() -> held(hold).body("status", equalTo("in-force")));
    held(hold)
        .body("pending", nullValue())
        .body("lsn", equalTo("0/96"))
        .body("complete", equalTo(false))
        .body("regions[0].changed", equalTo(9))
        .body("regions[1].problem", equalTo("it has no Object Lock"));

    release(release, "{\"confirm\": \"main\"}").statusCode(400).body("field", equalTo("reason"));
    release(release, "{\"reason\": \"settled\", \"confirm\": \"mian\"}")
        .statusCode(422)
        .body("type", equalTo("urn:holdfast:problem:not-confirmed"));
    release(
            "/api/v1/legal-holds/nobodys/release",
            "{\"reason\": \"settled\", \"confirm\": \"main\"}")
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-legal-hold"));
    release(release, "{\"reason\": \"settled\", \"confirm\": \"main\"}").statusCode(202);
    release(release, "{\"reason\": \"settled\", \"confirm\": \"main\"}").statusCode(202);
    held(hold).body("status", equalTo("in-force")).body("pending", equalTo("release"));
    List<BackupCommand> commands =
        teller.heard(
            Topics.BACKUP_COMMANDS,
            BackupCommand.class,
            found -> found.stream().anyMatch(ReleaseLegalHold.class::isInstance));
    assertThat(commands)
        .as("each once, however often it was asked for")
        .hasSize(2)
        .first()
        .isInstanceOfSatisfying(
            PlaceLegalHold.class,
            it -> {
              assertThat(it.hold()).hasToString(hold);
              assertThat(it.reason()).hasToString("Doe v. Example");
              assertThat(it.moment().toPoint().orElseThrow()).hasToString("release 42");
              assertThat(it.requestedBy()).isEqualTo("admin");
            });
    teller.send(
        new LegalHoldFailed(
            MAIN,
            new HoldId(hold),
            HoldAction.RELEASE,
            "admin",
            "a region is away",
            Instant.now()));
    Eventually.soon().asserted(() -> held(hold).body("error", equalTo("a region is away")));
    held(hold).body("status", equalTo("in-force")).body("pending", nullValue());
    teller.send(
        new LegalHoldReleased(
            MAIN,
            new HoldId(hold),
            new HoldName("case"),
            new HoldReason("settled"),
            "admin",
            Instant.now(),
            List.of(east),
            Instant.now()));
    Eventually.soon().asserted(() -> held(hold).body("status", equalTo("released")));
    held(hold)
        .body("released.by", equalTo("admin"))
        .body("released.reason", equalTo("settled"))
        .body("complete", equalTo(true))
        .body("error", nullValue());

    // What the catalog never heard of, the vault tells.
    HoldRecord older =
        new HoldRecord(
            1,
            MAIN,
            new HoldId("hold-older"),
            new HoldName("audit"),
            new HoldReason("yearly"),
            "grace",
            "LSN 0/C8",
            "somebody",
            WrittenChain.time(200),
            new HoldScope(WrittenChain.position(200), 3, List.of(new HoldScope.Stretch(2, 3))));
    VertxContextSupport.subscribeAndAwait(
        () ->
            holds.recorded(
                new RecordedHolds(
                    List.of(new RecordedHolds.Hold(older, Optional.empty())), List.of())));
    get("/api/v1/legal-holds?source=main&status=in-force")
        .then()
        .body("items.name", equalTo(List.of("audit")))
        .body("items[0].requestedBy", equalTo("grace"))
        .body("items[0].complete", equalTo(false));
    get("/api/v1/legal-holds?limit=1")
        .then()
        .body("items", hasSize(1))
        .body("next", notNullValue());
    get("/api/v1/audit?action=placeLegalHold&outcome=done")
        .then()
        .body("items[0].subject", equalTo("legal-holds/" + hold))
        .body(
            "items[0].detail",
            equalTo("'case' on restore point 'release 42' of main: Doe v. Example"));
  }

  private static ValidatableResponse hold(String body, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/api/v1/sources/main/legal-holds")
        .then();
  }

  private static ValidatableResponse release(String path, String body) {
    return given().contentType(ContentType.JSON).body(body).post(path).then();
  }

  private static ValidatableResponse held(String hold) {
    return get("/api/v1/legal-holds/" + hold).then().statusCode(200);
  }

  private static Plan aPlan() {
    return new Plan(
        "the latest recovery point",
        "base-1",
        WrittenChain.time(100),
        WrittenChain.position(100),
        1,
        1,
        4096,
        WrittenChain.position(200),
        WrittenChain.time(200),
        Optional.of(new Estimate(Duration.ofSeconds(42), "measured")),
        List.of("only public.t"));
  }

  private static RestorePlanned refusal(String plan) {
    return new RestorePlanned(
        new RunId(plan),
        MAIN,
        Optional.empty(),
        Optional.of(
            new Refusal(
                "target-not-empty",
                "it holds a table",
                Optional.of("into"),
                Optional.of("empty it"))),
        Instant.now());
  }

  private static ValidatableResponse shown(String plan) {
    return get("/api/v1/restores/plans/" + plan).then().statusCode(200);
  }

  private static ValidatableResponse plan(String body, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/api/v1/restores/plans")
        .then();
  }

  private static ValidatableResponse point(String name, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body("{\"name\": \"" + name + "\"}")
        .post("/api/v1/sources/main/restore-points")
        .then();
  }

  private static ValidatableResponse restore(String body, String key) {
    return given()
        .contentType(ContentType.JSON)
        .header("Idempotency-Key", key)
        .body(body)
        .post("/api/v1/restores")
        .then();
  }

  private static void refused(String body, int status, String type, String field) {
    String answer =
        restore(body, "refused")
            .statusCode(status)
            .body("type", equalTo("urn:holdfast:problem:" + type))
            .body("field", equalTo(field))
            .extract()
            .asString();
    assertThat(answer).doesNotContain("secret");
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }
}
