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
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.catalog.service.EventStream.Event;
import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.events.BackupEvent.BackupFinished;
import dev.holdfast.events.BackupEvent.BackupStarted;
import dev.holdfast.events.BackupEvent.CaptureState;
import dev.holdfast.events.BackupEvent.CaptureStateChanged;
import dev.holdfast.events.BackupEvent.Component;
import dev.holdfast.events.BackupEvent.ComponentOutcome;
import dev.holdfast.events.BackupEvent.FindingSeverity;
import dev.holdfast.events.BackupEvent.HoleRecorded;
import dev.holdfast.events.BackupEvent.Outcome;
import dev.holdfast.events.BackupEvent.RefusedPolicy;
import dev.holdfast.events.BackupEvent.SourceExamined;
import dev.holdfast.events.BackupEvent.SourceFinding;
import dev.holdfast.events.BackupEvent.Trigger;
import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.FailoverEvent.TriggerCleared;
import dev.holdfast.events.ReplicationEvent.CopyFailed;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.BackupId;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.SourceId;
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
import jakarta.inject.Inject;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One story in order: what the dashboards ask for, from an empty catalog to a source at risk. */
@QuarkusTest
@QuarkusTestResource(
    value = CatalogServers.class,
    restrictToAnnotatedClass = true,
    // The chain's times are fixed ones, long ago.
    initArgs = @ResourceArg(name = "holdfast.recoverability.rpo", value = "36500d"))
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class DashboardApiIT {

  private static final RegionId EAST = new RegionId("us-east-1");
  private static final RegionId WEST = new RegionId("us-west-2");

  @BeforeAll
  static void signIn() {
    TestAccounts.signIn(Role.ADMIN);
  }

  @Inject Envelopes envelopes;

  @TestHTTPResource("/api/v1/events")
  URI events;

  private Teller teller;

  @BeforeEach
  void aTeller() {
    teller = new Teller(envelopes);
  }

  @Test
  @Order(1)
  void withoutASourceNothingIsCalledRecoverable() {
    get("/api/v1/recoverability")
        .then()
        .statusCode(200)
        .body("verdict", equalTo("unknown"))
        .body("sources", hasSize(0));
    get("/api/v1/backups/summary")
        .then()
        .body("successRate", nullValue())
        .body("lastCompleted", nullValue());
  }

  @Test
  @Order(2)
  void whatNobodyVerifiedIsNotRecoverable() throws Exception {
    try (ObjectStore store =
        ObjectStores.open(
            VaultUrl.parse(setting("holdfast.vault.regions[0].url")), Optional.empty())) {
      WrittenChain chain = WrittenChain.in(store, SigningKey.read(Path.of(setting("test.signer"))));
      chain.epoch(1, 100); // 1
      chain.base(1, "base-1", 100); // 2
      chain.segment(1, 100, 200); // 3
    }
    teller.send(
        new HoleRecorded(
            MAIN, 3, 1, WrittenChain.position(200), "announced", WrittenChain.time(200)));
    awaitReasons("no", List.of("nothing-verified", "not-streaming", "never-proven"));
    get("/api/v1/recoverability")
        .then()
        .body("sources[0].coveredAt", nullValue())
        .body("sources[0].reasons[0].verdict", equalTo("no"));
  }

  @Test
  @Order(3)
  void whatIsVerifiedEverywhereAndStreamsIsRecoverable() {
    teller.send(verified(EAST, 3));
    awaitReasons("at-risk", List.of("not-streaming", "region-behind", "never-proven"));
    teller.send(verified(WEST, 3));
    teller.send(new CaptureStateChanged(MAIN, CaptureState.STREAMING, "", Instant.now()));
    awaitReasons("yes", List.of("never-proven"));
    get("/api/v1/recoverability")
        .then()
        .body("verdict", equalTo("yes"))
        .body("rpoSeconds", equalTo(36500 * 86400f))
        .body("sources[0].best", equalTo("us-east-1"))
        .body("sources[0].coveredAt", equalTo(WrittenChain.time(200).toString()))
        .body("sources[0].regions.region", equalTo(List.of("us-east-1", "us-west-2")));
  }

  @Test
  @Order(4)
  void whatItRestsOnAndFailsIsTold() {
    teller.send(new CopyFailed(MAIN, WEST, "segments/9", "503 slow down", Instant.now()));
    awaitReasons("at-risk", List.of("copies-fail", "never-proven"));
    teller.send(
        new SourceExamined(
            MAIN,
            List.of(
                finding(FindingSeverity.ERROR, "orders"), finding(FindingSeverity.WARNING, "logs")),
            0,
            Instant.now()));
    awaitReasons("at-risk", List.of("copies-fail", "finding", "never-proven"));
  }

  @Test
  @Order(5)
  void figuresAreThoseOfTheChain() {
    get("/api/v1/sources/main/storage?seconds=31536000")
        .then()
        .statusCode(200)
        .body("bases.count", equalTo(1))
        .body("bases.bytes", greaterThan(0))
        .body("segments.count", equalTo(1))
        .body("segments.transactions", equalTo(1))
        .body("activity", hasSize(1))
        .body("activity[0].changes", equalTo(1));
    get("/api/v1/sources/main/storage?seconds=1").then().body("activity", hasSize(0));
    get("/api/v1/sources/main/storage?seconds=0").then().statusCode(400);
    get("/api/v1/sources/main/replicas")
        .then()
        .statusCode(200)
        .body("region", equalTo(List.of("us-east-1", "us-west-2")))
        .body("primary", equalTo(List.of(true, false)))
        .body("behind", equalTo(List.of(0, 0)))
        .body("failures", equalTo(List.of(0, 1)))
        .body("[1].failure.reason", equalTo("503 slow down"));
  }

  @Test
  @Order(6)
  void theSuccessRateCountsWhatCompletedInFull() {
    Instant now = Instant.now();
    backup("one", Outcome.COMPLETED, now.minusSeconds(60));
    backup("two", Outcome.PARTIAL, now.minusSeconds(50));
    backup("three", Outcome.FAILED, now.minusSeconds(40));
    backup("old", Outcome.FAILED, now.minus(Duration.ofDays(2)));
    teller.send(started("four", now));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/backups/summary")
                    .then()
                    .body("running", equalTo(1))
                    .body("completed", equalTo(1))
                    .body("partial", equalTo(1))
                    .body("failed", equalTo(1))
                    .body("lastCompleted.id", equalTo("one")));
    double rate = get("/api/v1/backups/summary").jsonPath().getDouble("successRate");
    assertThat(rate).isBetween(0.333, 0.334);
    get("/api/v1/backups/summary?since=" + now.minus(Duration.ofDays(3)))
        .then()
        .body("failed", equalTo(2));
  }

  @Test
  @Order(7)
  void aListenerThatComesBackMissesNothing() throws Exception {
    String last;
    try (EventStream first = EventStream.open(events, null)) {
      Eventually.soon().is("the first event", () -> !first.events().isEmpty());
      assertThat(first.events().getFirst().name()).isEqualTo("reset");
      teller.send(started("five", Instant.now()));
      Eventually.soon().is("a change", () -> !first.changes().isEmpty());
      Event change = first.changes().getFirst();
      assertThat(change.data()).contains("\"kind\":\"backup\"").contains("\"subject\":\"five\"");
      // What is told is committed already.
      get("/api/v1/backups/five").then().statusCode(200);
      last = change.id();
    }
    teller.send(started("six", Instant.now()));
    teller.send(new CaptureStateChanged(MAIN, CaptureState.INTERRUPTED, "gone", Instant.now()));
    awaitReasons("at-risk", List.of("not-streaming", "copies-fail", "finding", "never-proven"));
    try (EventStream again = EventStream.open(events, last)) {
      Eventually.soon().is("what was missed, and a tick", () -> again.changes().size() >= 2);
      assertThat(again.events()).noneMatch(event -> event.name().equals("reset"));
      assertThat(again.changes().stream().map(Event::data))
          .anyMatch(data -> data.contains("\"six\""))
          .anyMatch(data -> data.contains("\"source\""))
          .noneMatch(data -> data.contains("\"five\""));
    }
    try (EventStream stranger = EventStream.open(events, "12345")) {
      Eventually.soon().is("the first event", () -> !stranger.events().isEmpty());
      assertThat(stranger.events().getFirst().name()).isEqualTo("reset");
    }
    given()
        .header("Last-Event-ID", "yesterday")
        .get("/api/v1/events")
        .then()
        .statusCode(400)
        .body("field", equalTo("Last-Event-ID"));
  }

  @Test
  @Order(8)
  void ticksCarryTheServersClock() throws Exception {
    try (EventStream stream = EventStream.open(events, null)) {
      Eventually.soon()
          .is(
              "a tick",
              () -> stream.events().stream().anyMatch(event -> event.name().equals("tick")));
      assertThat(stream.events().getLast().data()).contains("\"at\":\"20");
    }
  }

  @Test
  @Order(9)
  void anOpenIncidentIsARiskUntilItClears() {
    Instant now = Instant.now();
    FailoverTriggered fired =
        new FailoverTriggered(
            "database_primary_failure",
            "incident-1",
            MAIN,
            "critical",
            List.of("supabase_primary"),
            "database_failure",
            true,
            now.minusSeconds(120),
            now,
            List.of("connect: refused", "standby receives nothing"));
    teller.send(fired);
    awaitReasons(
        "at-risk",
        List.of("incident-open", "not-streaming", "copies-fail", "finding", "never-proven"));
    get("/api/v1/incidents?state=open&source=main")
        .then()
        .body("items", hasSize(1))
        .body("items[0].id", equalTo("incident-1"))
        .body("items[0].evidence", hasSize(2))
        .body("items[0].clearedAt", nullValue());
    // Told in the wrong order, as another partition or a retry may.
    teller.send(new TriggerCleared("late", "incident-2", MAIN, now.plusSeconds(9)));
    teller.send(
        new TriggerCleared("database_primary_failure", "incident-1", MAIN, now.plusSeconds(9)));
    awaitReasons("at-risk", List.of("not-streaming", "copies-fail", "finding", "never-proven"));
    get("/api/v1/incidents?state=open").then().body("items", hasSize(0));
    get("/api/v1/incidents?state=cleared").then().body("items.id", equalTo(List.of("incident-1")));
    get("/api/v1/incidents?state=over").then().statusCode(400);
  }

  @Test
  @Order(10)
  void alertsAreKeptAsTheyWereTold() {
    Instant now = Instant.now();
    Envelope first = teller.sealed(alert("one", "high", now));
    teller.send(first);
    teller.send(first);
    teller.send(alert("two", "info", now.plusSeconds(1)));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/alerts")
                    .then()
                    .body("items.alert", equalTo(List.of("two", "one")))
                    .body("items[1].action", equalTo("look at it")));
    get("/api/v1/alerts?severity=high").then().body("items.alert", equalTo(List.of("one")));
    String next = get("/api/v1/alerts?limit=1").path("next");
    given()
        .queryParam("cursor", next)
        .get("/api/v1/alerts")
        .then()
        .body("items.alert", equalTo(List.of("one")));
    get("/api/v1/alerts?severity=loud").then().statusCode(400);
  }

  @Test
  @Order(11)
  void answersAreForNoOtherPage() {
    get("/api/v1/sources")
        .then()
        .header("Content-Security-Policy", containsString("default-src 'none'"))
        .header("Content-Security-Policy", containsString("script-src 'self';"))
        .header("X-Content-Type-Options", equalTo("nosniff"))
        .header("X-Frame-Options", equalTo("DENY"))
        .header("Referrer-Policy", equalTo("no-referrer"))
        .header("Access-Control-Allow-Origin", nullValue());
  }

  @Test
  @Order(12)
  void otherPagesChangeNothing() {
    given()
        .header("Origin", "https://evil.example")
        .header("X-Holdfast-Request", "dashboard")
        .post("/api/v1/rebuild")
        .then()
        .statusCode(403)
        .body("type", equalTo("urn:holdfast:problem:not-from-here"))
        .body("detail", containsString("https://evil.example"));
    String own = "http://" + events.getAuthority();
    given()
        .header("Origin", own)
        .post("/api/v1/rebuild")
        .then()
        .statusCode(403)
        .body("detail", containsString("X-Holdfast-Request"));
    given()
        .header("Origin", own)
        .header("X-Holdfast-Request", "dashboard")
        .post("/api/v1/rebuild")
        .then()
        .statusCode(200);
  }

  @Test
  @Order(13)
  void triggersAreShownAsTheyWereToldUntilNobodyTellsThem() {
    get("/api/v1/triggers").then().statusCode(200).body("items", hasSize(0));
    Instant now = Instant.now();
    teller.send(ToldWords.triggers(now, now.plusSeconds(600)));
    Eventually.soon().asserted(() -> get("/api/v1/triggers").then().body("items", hasSize(3)));
    get("/api/v1/triggers")
        .then()
        .body("items.source", equalTo(List.of("main", "main", "main")))
        .body("items.status", equalTo(List.of("armed", "pending", "not-measured")))
        .body("items[1].conditions[0].comparison", equalTo("greater-than"))
        .body("items[1].conditions[0].threshold", equalTo("5000000"))
        .body("items[1].conditions[0].value", equalTo("7250000"))
        .body("items[1].conditions[0].durationSeconds", equalTo(120))
        .body("items[1].conditions[0].since", equalTo(now.minusSeconds(60).toString()))
        .body("items[1].conditions[0].status", equalTo("met"))
        .body("items[2].conditions[0].status", equalTo("not-measured"))
        .body("items[2].conditions[0].value", nullValue());
    get("/api/v1/triggers?status=pending&source=main")
        .then()
        .body("items.id", equalTo(List.of("standby_behind")));
    get("/api/v1/triggers?source=other").then().body("items", hasSize(0));
    get("/api/v1/triggers?status=fine").then().statusCode(400).body("field", equalTo("status"));

    // An older word that comes late changes nothing; after the last one silence is no health.
    teller.send(ToldWords.triggers(now.minusSeconds(60), now.plusSeconds(900)));
    teller.send(ToldWords.triggers(now.plusMillis(1), now.minusSeconds(1)));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/triggers")
                    .then()
                    .body("items.status", equalTo(List.of("silent", "silent", "silent"))));
  }

  @Test
  @Order(14)
  void thePolicyIsShownWithTheOneThatWasRefused() {
    get("/api/v1/strategies").then().statusCode(200).body("items", hasSize(0));
    get("/api/v1/settings")
        .then()
        .statusCode(200)
        .body("policy", nullValue())
        .body("rpoSeconds", equalTo(36_500 * 86_400L))
        .body("regions.id", equalTo(List.of("us-east-1", "us-west-2")))
        .body("regions.primary", equalTo(List.of(true, false)))
        .body("regions[0].lock", nullValue());
    Instant now = Instant.now();
    teller.send(ToldWords.policy(Optional.empty(), now));
    Eventually.soon().asserted(() -> get("/api/v1/strategies").then().body("items", hasSize(2)));
    get("/api/v1/strategies")
        .then()
        .body("items[0].schedules.kind", equalTo(List.of("recovery-point", "base")))
        .body("items[0].schedules[0].next", equalTo(now.plusSeconds(240).toString()))
        .body("items[0].lockRetentionSeconds", equalTo(35 * 86_400))
        .body("items[0].keyRotationSeconds", equalTo(30 * 86_400))
        .body("items[0].retention.hourly", equalTo(24))
        .body("items[0].sources[0].database", equalTo("main"))
        .body("items[0].sources[0].exclude", equalTo(List.of("logs", "tmp_%")))
        .body("items[0].obstacle", nullValue())
        .body("items[1].schedules[0].next", nullValue())
        .body("items[1].rpoSeconds", nullValue())
        .body("items[1].obstacle", containsString("environment"));
    get("/api/v1/settings")
        .then()
        .body("policy.origin", equalTo("/etc/holdfast/policy.yaml"))
        .body("policy.acceptedAt", equalTo(now.minus(Duration.ofDays(3)).toString()))
        .body("policy.refused", nullValue());

    teller.send(
        ToldWords.policy(
            Optional.of(new RefusedPolicy("bad.yaml", "hourly -1", now)), now.plusMillis(1)));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/settings")
                    .then()
                    .body("policy.refused.origin", equalTo("bad.yaml"))
                    .body("policy.refused.reason", equalTo("hourly -1"))
                    .body("policy.origin", equalTo("/etc/holdfast/policy.yaml")));
  }

  @Test
  @Order(15)
  void dataKeysAreShownWithTheirRotationsAndWhatStrategiesSay() {
    get("/api/v1/keys").then().statusCode(200).body("items", hasSize(0));
    // The database keeps no nanoseconds.
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    teller.send(ToldWords.key("first", Optional.empty(), "start", now.minusSeconds(7200)));
    teller.send(ToldWords.key("second", Optional.of("first"), "ada", now.minusSeconds(3600)));
    // Told again.
    teller.send(ToldWords.key("second", Optional.of("first"), "ada", now.minusSeconds(3600)));
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/keys")
                    .then()
                    .body("items", hasSize(1))
                    .body("items[0].dataKey", equalTo("second"))
                    .body("items[0].periods.dataKey", equalTo(List.of("second", "first"))));
    get("/api/v1/keys?source=main")
        .then()
        .body("items[0].mostSeconds", equalTo(30 * 86_400))
        .body(
            "items[0].replacedAt",
            equalTo(now.minusSeconds(3600).plus(Duration.ofDays(30)).toString()))
        .body("items[0].strategies.strategy", equalTo(List.of("database")))
        .body("items[0].recipients.kind", equalTo(List.of("key-file", "kms")))
        .body("items[0].signer", equalTo("8899aabbccddeeff0011223344556677"))
        .body("items[0].periods[0].until", nullValue())
        .body("items[0].periods[0].reason", equalTo("ada"))
        .body("items[0].periods[1].until", equalTo(now.minusSeconds(3600).toString()))
        .body("items[0].periods[1].previous", nullValue());
    get("/api/v1/keys?source=other").then().body("items", hasSize(0));
  }

  private void awaitReasons(String verdict, List<String> codes) {
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/recoverability")
                    .then()
                    .body("sources", hasSize(1))
                    .body("sources[0].reasons.code", equalTo(codes))
                    .body("sources[0].verdict", equalTo(verdict)));
  }

  private void backup(String id, Outcome outcome, Instant at) {
    teller.send(started(id, at));
    teller.send(
        new BackupFinished(
            new BackupId(id),
            new StrategyId("database"),
            outcome,
            List.of(new Component(MAIN, ComponentOutcome.COMPLETED, 7, Optional.empty())),
            at,
            at.plusSeconds(1),
            Duration.ofSeconds(1)));
  }

  private static BackupStarted started(String id, Instant at) {
    return new BackupStarted(
        new BackupId(id),
        new StrategyId("database"),
        List.of(new SourceId("main")),
        Trigger.SCHEDULE,
        "schedule",
        at);
  }

  private static RegionVerified verified(RegionId region, long through) {
    return new RegionVerified(MAIN, region, through, Optional.empty(), 3, 30, Instant.now());
  }

  private static SourceFinding finding(FindingSeverity severity, String subject) {
    return new SourceFinding(severity, subject, "has no identity", "give it one");
  }

  private static AlertRaised alert(String name, String severity, Instant at) {
    return new AlertRaised(name, severity, "source/main", "it is " + name, "look at it", at);
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }
}
