/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import static dev.holdfast.catalog.service.WrittenChain.MAIN;
import static dev.holdfast.catalog.service.WrittenChain.START;
import static dev.holdfast.catalog.service.WrittenChain.position;
import static dev.holdfast.catalog.service.WrittenChain.time;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.CaptureState;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.FindingSeverity;
import dev.holdfast.events.BackupEvent.HoleRecorded;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.SourceExamined;
import dev.holdfast.events.BackupEvent.SourceFinding;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.Message;
import dev.holdfast.events.RecoveryEvent.ContentCompared;
import dev.holdfast.events.RecoveryEvent.ContentOutcome;
import dev.holdfast.events.RecoveryEvent.ProofCost;
import dev.holdfast.events.RecoveryEvent.TableComparison;
import dev.holdfast.events.RecoveryEvent.TableOutcome;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.Position;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.RunId;
import dev.holdfast.model.SourceId;
import dev.holdfast.model.StrategyId;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.VaultUrl;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One story in order: an empty vault, a chain, what was verified of it, runs, rebuilds. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CatalogServiceIT {

  private static final RegionId EAST = new RegionId("us-east-1");
  private static final RegionId WEST = new RegionId("us-west-2");
  private static final StrategyId DATABASE = new StrategyId("database");
  private static final Instant VERIFIED = START.plusSeconds(1000);

  /** What is read from the vault; the rest is told by events. */
  private static final List<String> OF_THE_CHAIN =
      List.of(
          "epoch",
          "base_snapshot",
          "segment",
          "hole",
          "timeline_switch",
          "restore_point",
          "chain_link",
          "segment_rollup");

  @BeforeAll
  static void signIn() {
    TestAccounts.signIn(Role.ADMIN);
  }

  @Inject Envelopes envelopes;
  @Inject AgroalDataSource database;

  private int markers;

  @Test
  @Order(1)
  void anEmptyCatalogSaysSo() {
    get("/api/v1/sources").then().statusCode(200).body("items", hasSize(0));
    problem("/api/v1/sources/main", 404, "unknown-source", "source");
    problem("/api/v1/sources/Main!", 404, "unknown-source", "source");
    problem("/api/v1/backups/none", 404, "unknown-backup", "backup");
  }

  @Test
  @Order(2)
  void aChainIsReadFromTheVaultWhicheverAnnouncementComes() throws Exception {
    try (ObjectStore store =
        ObjectStores.open(
            VaultUrl.parse(setting("holdfast.vault.regions[0].url")), Optional.empty())) {
      WrittenChain chain = WrittenChain.in(store, SigningKey.read(Path.of(setting("test.signer"))));
      chain.epoch(1, 100); // 1
      chain.base(1, "base-1", 100); // 2
      chain.segment(1, 100, 200); // 3
      chain.segment(1, 200, 300); // 4
      chain.hole(1, 300); // 5
      chain.epoch(2, 500); // 6
      chain.base(2, "base-2", 500); // 7
      chain.segment(2, 500, 600); // 8
      chain.point(2, "before release 42", 550); // 9
    }
    Message hole = new HoleRecorded(MAIN, 5, 1, position(300), "the slot was lost", time(300));
    send(hole);
    send(hole);
    awaitHead(9);

    get("/api/v1/sources/main")
        .then()
        .statusCode(200)
        .body("manifest", equalTo(9))
        .body("epoch", equalTo(2))
        .body("coveredAt", equalTo(time(600).toString()))
        .body("lastCommit.xid", equalTo(600))
        .body("state", equalTo("unknown"));
    get("/api/v1/sources/main/holes")
        .then()
        .body("items.manifest", equalTo(List.of(5)))
        .body("items[0].reason", equalTo("the slot was lost"));
    get("/api/v1/sources/main/restore-points")
        .then()
        .body("items.name", equalTo(List.of("before release 42")))
        .body("items[0].position.lsn", equalTo(position(550).lsn().toString()))
        .body("items[0].at", equalTo(time(550).toString()))
        .body("items[0].requestedBy", equalTo("ada"));
    get("/api/v1/sources/main/epochs").then().body("items.manifest", equalTo(List.of(6, 1)));
  }

  @Test
  @Order(3)
  void listsAreReadPageByPageAndFiltered() {
    ValidatableResponse first = get("/api/v1/sources/main/segments?limit=2").then().statusCode(200);
    first.body("items.manifest", equalTo(List.of(8, 4))).body("next", notNullValue());
    String next = first.extract().path("next");
    given()
        .queryParam("cursor", next)
        .queryParam("limit", 2)
        .get("/api/v1/sources/main/segments")
        .then()
        .body("items.manifest", equalTo(List.of(3)))
        .body("next", nullValue());
    get("/api/v1/sources/main/bases?epoch=2").then().body("items.id", equalTo(List.of("base-2")));
    get("/api/v1/sources/main/bases?epoch=3").then().body("items", hasSize(0));
  }

  @Test
  @Order(4)
  void badParametersAreNamed() {
    for (String limit : List.of("0", "-1", "many", "1000000")) {
      problem("/api/v1/sources/main/segments?limit=" + limit, 400, "bad-request", "limit");
    }
    problem("/api/v1/sources/main/segments?cursor=x", 400, "bad-request", "cursor");
    problem("/api/v1/sources/main/segments?epoch=one", 400, "bad-request", "epoch");
    problem("/api/v1/sources/main/recovery-points?cursor=x", 400, "bad-request", "cursor");
    problem("/api/v1/sources/main/rpo?region=mars-1", 404, "unknown-region", "region");
    problem("/api/v1/backups?status=lost", 400, "bad-request", "status");
    problem("/api/v1/backups?since=yesterday", 400, "bad-request", "since");
    problem("/api/v1/sources/other/rpo", 404, "unknown-source", "source");
  }

  @Test
  @Order(5)
  void nothingIsOfferedThatWasNotVerified() {
    get("/api/v1/sources/main/recovery-points").then().body("items", hasSize(0));
    get("/api/v1/sources/main/rpo")
        .then()
        .body("regions.region", equalTo(List.of("us-east-1", "us-west-2")))
        .body("regions.rpoSeconds", equalTo(nulls(2)))
        .body("regions[1].reason", containsString("nothing of source 'main' was verified"));
  }

  @Test
  @Order(6)
  void eachRegionIsOfferedAsFarAsItWasVerified() {
    verified(EAST, 8, VERIFIED);
    verified(WEST, 3, VERIFIED);
    handled();

    get("/api/v1/sources/main/recovery-points")
        .then()
        .body("items.region", equalTo(List.of("us-east-1", "us-east-1", "us-west-2")))
        .body("items.base", equalTo(List.of("base-1", "base-2", "base-1")))
        .body(
            "items.throughTime",
            equalTo(List.of(time(300).toString(), time(600).toString(), time(200).toString())));
    get("/api/v1/sources/main/recovery-points?region=us-west-2").then().body("items", hasSize(1));
    ValidatableResponse first = get("/api/v1/sources/main/recovery-points?limit=2").then();
    given()
        .queryParam("cursor", first.extract().<String>path("next"))
        .get("/api/v1/sources/main/recovery-points")
        .then()
        .body("items.region", equalTo(List.of("us-west-2")));

    Map<String, Object> west = get("/api/v1/sources/main/rpo?region=us-west-2").path("regions[0]");
    assertThat(west).containsEntry("coveredAt", time(200).toString());
    Instant at = Instant.parse(get("/api/v1/sources/main/rpo").path("at"));
    float behind = get("/api/v1/sources/main/rpo").path("regions[0].rpoSeconds");
    assertThat((double) behind)
        .isCloseTo(Duration.between(time(600), at).toMillis() / 1000.0, within(120.0));
  }

  @Test
  @Order(7)
  void whatWasVerifiedEarlierAndComesLateChangesNothing() {
    Envelope old = sealed(verification(WEST, 2, VERIFIED.minusSeconds(5)));
    send(old);
    handled();
    assertThat(ask("SELECT through_manifest FROM replica WHERE region = 'us-west-2'"))
        .isEqualTo("3");
    String objects = ask("SELECT objects FROM replica WHERE region = 'us-west-2'");
    send(old);
    handled();
    assertThat(ask("SELECT objects FROM replica WHERE region = 'us-west-2'")).isEqualTo(objects);
  }

  @Test
  @Order(8)
  void aCopyThatLostObjectsIsOfferedNoFurtherThanItGoesNow() {
    verified(WEST, 1, VERIFIED.plusSeconds(5));
    handled();
    get("/api/v1/sources/main/recovery-points?region=us-west-2").then().body("items", hasSize(0));
    get("/api/v1/sources/main/rpo?region=us-west-2")
        .then()
        .body("regions[0].rpoSeconds", nullValue())
        .body("regions[0].reason", containsString("no complete base snapshot"));
  }

  @Test
  @Order(9)
  void aRunEndsTheSameInWhicheverOrderItIsTold() {
    List<Message> inOrder = run("in-order");
    inOrder.forEach(this::send);
    List<Message> late = run("late");
    for (Message message : late.reversed()) {
      Envelope envelope = sealed(message);
      send(envelope);
      send(envelope);
    }
    handled();

    for (String backup : List.of("in-order", "late")) {
      get("/api/v1/backups/" + backup)
          .then()
          .statusCode(200)
          .body("status", equalTo("partial"))
          .body("trigger", equalTo("request"))
          .body("startedAt", equalTo(START.toString()))
          .body("bytes", equalTo(7))
          .body("components.source", equalTo(List.of("main", "second")))
          .body("components.status", equalTo(List.of("completed", "failed")))
          .body("components[1].error", equalTo("nobody answered"));
    }
    get("/api/v1/backups?limit=1").then().body("items.id", equalTo(List.of("late")));
    get("/api/v1/backups?status=partial").then().body("items", hasSize(2));
    get("/api/v1/backups?status=failed").then().body("items", hasSize(0));
    get("/api/v1/backups?source=second&strategy=database").then().body("items", hasSize(2));
    get("/api/v1/backups?until=" + START).then().body("items", hasSize(0));
  }

  @Test
  @Order(10)
  void aRebuildComesToWhatWasAddedStepByStep() {
    List<String> before = everything();
    rebuild().statusCode(200).body("sources[0].manifests", equalTo(9));
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  @Order(11)
  void aHeadThatWasSetBackIsHealedByARebuild() {
    List<String> before = everything();
    execute("UPDATE source SET head = 4 WHERE id = 'main'");
    rebuild().statusCode(200);
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  @Order(11)
  void whatWasStoredLatelyIsToldBySecondsAndWhatLongAgoByMinutes() {
    String segments = ask("SELECT count(*) FROM segment WHERE source = 'main'");
    for (String seconds : List.of("3600", "31536000")) {
      get("/api/v1/sources/main/storage?seconds=" + seconds)
          .then()
          .body("segments.count", equalTo(Integer.parseInt(segments)));
    }
    get("/api/v1/sources/main/storage?seconds=31536000")
        .then()
        .body("activity.segments.sum()", equalTo(Integer.parseInt(segments)));
    execute("UPDATE segment SET sealed_at = now() - interval '1 minute' WHERE source = 'main'");
    get("/api/v1/sources/main/storage?seconds=3600")
        .then()
        .body("bucketSeconds", equalTo(30))
        .body("activity.segments", equalTo(List.of(Integer.parseInt(segments))));
    rebuild().statusCode(200);
  }

  @Test
  @Order(12)
  void aChainThatWasForgottenIsNotAnsweredFromMemory() {
    String path = "/api/v1/sources/main/recovery-points";
    List<Object> before = get(path).path("items");
    assertThat(before).isNotEmpty();
    execute("DELETE FROM chain_link WHERE source = 'main'");
    execute("UPDATE source SET rebuilds = rebuilds + 1 WHERE id = 'main'");
    get(path).then().body("items", hasSize(0));
    rebuild().statusCode(200);
    assertThat(get(path).<List<Object>>path("items")).isEqualTo(before);
  }

  @Test
  @Order(13)
  void aRebuildThatWouldKnowLessIsRefused() throws IOException {
    List<String> before = everything();
    Path vault = Path.of(setting("holdfast.vault.regions[0].url").replaceFirst("file:", ""));
    Path away = vault.resolveSibling("away");
    Files.move(vault, away);
    try {
      rebuild()
          .statusCode(503)
          .contentType("application/problem+json")
          .body("type", equalTo("urn:holdfast:problem:rebuild-refused"))
          .body("detail", containsString("the catalog holds 9 manifests"));
    } finally {
      Files.move(away, vault);
    }
    assertThat(everything()).isEqualTo(before);
  }

  /** A run of two sources: the second one's answer is too late, it had been given up. */
  @Test
  @Order(14)
  void theNewestLookAtASourceIsWhatItShows() {
    get("/api/v1/sources/main/findings").then().statusCode(200).body("at", nullValue());
    problem("/api/v1/sources/none/findings", 404, "unknown-source", "source");

    send(examined("wal_level", START.plusSeconds(20)));
    send(examined("fsync", START.plusSeconds(30)));
    send(examined("late", START.plusSeconds(10)));
    handled();

    get("/api/v1/sources/main/findings")
        .then()
        .body("at", equalTo(START.plusSeconds(30).toString()))
        .body("omitted", equalTo(2))
        .body("findings.subject", equalTo(List.of("fsync")))
        .body("findings[0].severity", equalTo("warning"))
        .body("findings[0].message", equalTo("fsync is off"))
        .body("findings[0].fix", equalTo("set fsync = on"));
  }

  @Test
  @Order(15)
  void proofsAreListedAndASourceShowsWhereItStands() {
    get("/api/v1/sources/main")
        .then()
        .body("proof.last", nullValue())
        .body("proof.proven", nullValue());
    get("/api/v1/proofs").then().statusCode(200).body("items", hasSize(0));
    problem("/api/v1/proofs/nothing", 404, "unknown-proof", "proof");
    problem("/api/v1/proofs?outcome=maybe", 400, "bad-request", "outcome");

    Message first = compared("proof-1", Optional.empty(), ContentOutcome.PROVEN, START);
    send(first);
    send(first);
    send(compared("proof-2", Optional.empty(), ContentOutcome.DIFFERS, START.plusSeconds(10)));
    send(compared("proof-3", Optional.of("proof-2"), ContentOutcome.PROVEN, START.plusSeconds(20)));
    Eventually.soon().asserted(() -> get("/api/v1/proofs").then().body("items", hasSize(3)));

    get("/api/v1/sources/main")
        .then()
        .body("proof.last.proof", equalTo("proof-2"))
        .body("proof.last.outcome", equalTo("differs"))
        .body("proof.proven.proof", equalTo("proof-1"))
        .body("proof.proven.position.lsn", equalTo("0/2000"));
    get("/api/v1/proofs/proof-2")
        .then()
        .body("source", equalTo("main"))
        .body("tables[0].name", equalTo("accounts"))
        .body("tables[0].rowsInVault", equalTo(99))
        .body("cost.sourceSeconds", equalTo(4.25f))
        .body("fullBecause", equalTo("it was the first"));
    get("/api/v1/proofs?source=main&outcome=differs")
        .then()
        .body("items.proof", equalTo(List.of("proof-2")));
    String next =
        get("/api/v1/proofs?limit=2").then().body("items", hasSize(2)).extract().path("next");
    get("/api/v1/proofs?limit=2&cursor=" + next)
        .then()
        .body("items.proof", equalTo(List.of("proof-1")))
        .body("next", nullValue());
  }

  private static Message compared(
      String proof, Optional<String> narrows, ContentOutcome outcome, Instant at) {
    return new ContentCompared(
        new RunId(proof),
        MAIN,
        narrows,
        new Position("7300000000000000001", 1, Lsn.parse("0/2000")),
        outcome,
        "compared",
        Optional.of("it was the first"),
        3,
        List.of(
            new TableComparison(
                "public",
                "accounts",
                TableOutcome.DIFFERS,
                Optional.of(100L),
                Optional.of(99L),
                "1 row is missing")),
        0,
        new ProofCost(Duration.ofMillis(4250), 100, 1000, Duration.ofSeconds(1), 7, 70),
        at,
        at.plusSeconds(5));
  }

  private static Message examined(String subject, Instant at) {
    return new SourceExamined(
        MAIN,
        List.of(
            new SourceFinding(
                FindingSeverity.WARNING, subject, subject + " is off", "set " + subject + " = on")),
        2,
        at);
  }

  private static List<Message> run(String id) {
    BackupId backup = new BackupId(id);
    SourceId second = new SourceId("second");
    return List.of(
        new BackupStarted(
            backup, DATABASE, List.of(MAIN, second), Trigger.REQUEST, "tester", START),
        answer(backup, MAIN, time(1)),
        new BackupFinished(
            backup,
            DATABASE,
            Outcome.PARTIAL,
            List.of(
                new Component(MAIN, ComponentOutcome.COMPLETED, 7, Optional.empty()),
                new Component(second, ComponentOutcome.FAILED, 0, Optional.of("nobody answered"))),
            START,
            time(2),
            Duration.ofSeconds(2)),
        answer(backup, second, time(3)));
  }

  private static Message answer(BackupId backup, SourceId source, Instant at) {
    return new BackupComponentFinished(
        backup,
        DATABASE,
        source,
        ComponentOutcome.COMPLETED,
        Optional.of(position(600)),
        Optional.of(time(600)),
        7,
        Optional.empty(),
        at);
  }

  private static RegionVerified verification(RegionId region, long through, Instant at) {
    return new RegionVerified(MAIN, region, through, Optional.empty(), 3, 30, at);
  }

  private void verified(RegionId region, long through, Instant at) {
    send(verification(region, through, at));
  }

  /** Waits until everything that was sent so far has been handled. */
  private void handled() {
    int marker = ++markers;
    Instant at = Instant.now();
    send(new CaptureStateChanged(MAIN, CaptureState.STREAMING, "marker " + marker, at));
    send(new RegionVerified(new SourceId("marker"), EAST, 0, Optional.empty(), 0, 0, at));
    Eventually.soon()
        .asserted(
            () -> {
              assertThat(ask("SELECT state_detail FROM source WHERE id = 'main'"))
                  .isEqualTo("marker " + marker);
              assertThat(
                      ask(
                          "SELECT count(*) FROM replica WHERE source = 'marker' AND verified_at >= '"
                              + at.minusMillis(1)
                              + "'"))
                  .isEqualTo("1");
            });
  }

  private void awaitHead(long head) {
    Eventually.soon()
        .asserted(
            () ->
                assertThat(get("/api/v1/sources/main").<Integer>path("manifest"))
                    .isEqualTo((int) head));
  }

  /** All that a rebuild reads anew, and what the source's row says. */
  private List<String> everything() {
    assertThat(
            ask(
                "SELECT coalesce(sum(segments), 0) || ' ' || coalesce(sum(bytes), 0) || ' '"
                    + " || coalesce(sum(transactions), 0) FROM segment_rollup"))
        .as("sums are those of the segments")
        .isEqualTo(
            ask(
                "SELECT count(*) || ' ' || coalesce(sum(bytes), 0) || ' '"
                    + " || coalesce(sum(transactions), 0) FROM segment"));
    List<String> all = new ArrayList<>();
    for (String table : OF_THE_CHAIN) {
      all.add(table + " " + ask("SELECT json_agg(t ORDER BY t::text) FROM " + table + " t"));
    }
    all.add(ask("SELECT to_jsonb(s) - 'rebuilds' FROM source s WHERE id = 'main'"));
    return all;
  }

  private static ValidatableResponse rebuild() {
    return given().post("/api/v1/rebuild").then();
  }

  private static void problem(String path, int status, String type, String field) {
    get(path)
        .then()
        .statusCode(status)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:" + type))
        .body("field", equalTo(field))
        .body("fix", notNullValue());
  }

  private static List<Object> nulls(int count) {
    List<Object> nulls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nulls.add(null);
    }
    return nulls;
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }

  private Envelope sealed(Message message) {
    return teller().sealed(message);
  }

  private void send(Message message) {
    teller().send(message);
  }

  private void send(Envelope envelope) {
    teller().send(envelope);
  }

  private Teller teller() {
    return new Teller(envelopes);
  }

  private void execute(String statement) {
    try (var connection = database.getConnection();
        var sql = connection.createStatement()) {
      sql.execute(statement);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String ask(String query) {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return String.valueOf(row.getString(1));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
