/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.contracts;

import static io.restassured.RestAssured.get;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.startsWith;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.access.Role;
import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.catalog.service.CatalogServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Programs find the messages described where they find the requests described. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
class ContractsIT {

  private static final String SEALED = "dev.holdfast.backup.segment-sealed.v1";

  @BeforeAll
  static void signIn() {
    TestAccounts.signIn(Role.VIEWER);
  }

  @Test
  void theMessagesAreDescribedBesideTheRequests() {
    given()
        .accept("*/*")
        .get("/api/v1/asyncapi")
        .then()
        .statusCode(200)
        .contentType(startsWith("application/yaml"))
        .body(containsString("asyncapi: 3.0.0"));
    get("/api/v1/schemas").then().statusCode(200).body("items", hasItem(SEALED));
    get("/api/v1/schemas/" + SEALED)
        .then()
        .statusCode(200)
        .contentType("application/schema+json")
        .body("'$id'", equalTo("urn:holdfast:schema:" + SEALED))
        .body("properties.source.'$ref'", equalTo("#/definitions/SourceId"))
        .body("definitions.SourceId.type", equalTo("string"));
    get("/api/v1/schemas/nothing")
        .then()
        .statusCode(404)
        .body("type", equalTo("urn:holdfast:problem:unknown-schema"));
  }

  @Test
  void everyRequestIsDescribedWithAnExampleAndHowItIsRefused() throws Exception {
    String document = get("/q/openapi?format=json").then().statusCode(200).extract().asString();
    JsonNode described = new ObjectMapper().readTree(document);
    assertThat(DocumentedExamples.flaws(described)).isEmpty();
    JsonNode restore = described.at("/paths/~1api~1v1~1restores/post/responses");
    assertThat(restore.has("200")).isFalse();
    assertThat(restore.at("/202/headers/Location").isObject()).isTrue();
    assertThat(described.at("/components/schemas/Lsn/type").asText()).isEqualTo("string");
  }
}
