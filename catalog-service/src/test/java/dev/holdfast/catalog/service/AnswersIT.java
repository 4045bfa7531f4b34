/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import static dev.holdfast.catalog.service.WrittenChain.MAIN;
import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.events.RecoveryEvent.RunStarted;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.RunId;
import dev.holdfast.testkit.Eventually;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** No more is answered than was asked for and is not known yet. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
@SuppressWarnings("NullAway.Init")
class AnswersIT {

  @Inject Envelopes envelopes;

  @BeforeAll
  static void signIn() {
    TestAccounts.signIn(Role.VIEWER);
  }

  @Test
  void whatIsKnownAlreadyIsNotSentAgainUntilItChanges() {
    started("run-1");
    String tag = get("/api/v1/runs").then().statusCode(200).extract().header("ETag");
    assertThat(tag).startsWith("W/\"");
    for (String known : List.of(tag, "\"other\", " + tag, tag.substring(2), "*")) {
      given()
          .header("If-None-Match", known)
          .get("/api/v1/runs")
          .then()
          .statusCode(304)
          .header("ETag", equalTo(tag))
          .body(emptyString());
    }
    given()
        .header("If-None-Match", tag)
        .header("Accept-Encoding", "gzip")
        .get("/api/v1/runs")
        .then()
        .statusCode(304);

    started("run-2");

    given()
        .header("If-None-Match", tag)
        .get("/api/v1/runs")
        .then()
        .statusCode(200)
        .header("ETag", org.hamcrest.Matchers.not(equalTo(tag)));
  }

  @Test
  void onlyTheFieldsThatAreAskedForAreSent() {
    started("run-3");
    List<Map<String, Object>> runs =
        get("/api/v1/runs?fields=id,status&limit=1").then().statusCode(200).extract().path("items");
    assertThat(runs).hasSize(1);
    assertThat(runs.getFirst()).containsOnlyKeys("id", "status");
    get("/api/v1/runs/run-3?fields=source")
        .then()
        .body("source", equalTo("main"))
        .body("id", nullValue());
    get("/api/v1/runs?fields=id,steps.nothing")
        .then()
        .statusCode(400)
        .contentType("application/problem+json")
        .header("ETag", nullValue())
        .body("field", equalTo("fields"))
        .body("detail", equalTo("there is no field 'steps.nothing'"));
    String whole = get("/api/v1/runs/run-3").header("ETag");
    assertThat(get("/api/v1/runs/run-3?fields=source").header("ETag")).isNotEqualTo(whole);
  }

  @Test
  void errorsAndStreamsHaveNoTag() {
    get("/api/v1/runs/nothing").then().statusCode(404).header("ETag", nullValue());
    get("/api/v1/runs?limit=0").then().statusCode(400).header("ETag", nullValue());
  }

  private void started(String run) {
    new Teller(envelopes)
        .send(
            new RunStarted(
                new RunId(run),
                "database_failure",
                MAIN,
                Optional.empty(),
                "trigger/one",
                Instant.now()));
    Eventually.soon().asserted(() -> get("/api/v1/runs/" + run).then().statusCode(200));
  }
}
