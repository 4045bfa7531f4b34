/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import dev.holdfast.catalog.service.CatalogServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account that asks too much is told to wait; others are not. */
@QuarkusTest
@QuarkusTestResource(
    value = CatalogServers.class,
    restrictToAnnotatedClass = true,
    initArgs = @ResourceArg(name = "holdfast.access.requests-per-minute", value = "20"))
class LimitIT {

  @BeforeEach
  void asNobody() {
    RestAssured.authentication = RestAssured.DEFAULT_AUTH;
  }

  @Test
  void whoAsksTooMuchHasToWaitAndNobodyElseDoes() {
    int answered = 0;
    ValidatableResponse last = ask("viewer");
    while (last.extract().statusCode() == 200 && answered < 200) {
      answered++;
      last = ask("viewer");
    }
    // It fills up while they are asked.
    assertThat(answered).isBetween(20, 60);
    last.statusCode(429)
        .contentType("application/problem+json")
        .header("Retry-After", notNullValue())
        .body("type", equalTo("urn:holdfast:problem:too-many-requests"));
    ask("operator").statusCode(200);
    given().get("/q/health/live").then().statusCode(200);
  }

  private static ValidatableResponse ask(String account) {
    return given()
        .header("Authorization", TestAccounts.basic(account))
        .get("/api/v1/sources")
        .then();
  }
}
