/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.audit;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.holdfast.catalog.access.TestAccounts;
import dev.holdfast.catalog.service.CatalogServers;
import dev.holdfast.testkit.Eventually;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** What is asked for is noted before it is done, with what came of it, and stays. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@SuppressWarnings("NullAway.Init")
class AuditIT {

  @Inject AgroalDataSource database;

  @BeforeEach
  void asNobody() {
    RestAssured.authentication = RestAssured.DEFAULT_AUTH;
  }

  @Test
  @Order(1)
  void whoAskedForWhatAndWhatCameOfItIsListedNewestFirst() throws SQLException {
    String backup =
        backup("operator", "{\"strategy\": \"database\", \"kind\": \"base\"}")
            .statusCode(202)
            .extract()
            .path("backup");
    backup("operator", "{}").statusCode(400);
    backup("viewer", "{\"strategy\": \"database\"}").statusCode(403);
    as("viewer").get("/api/v1/sources").then().statusCode(200);

    audit("action=requestBackup")
        .body("items.account", equalTo(List.of("viewer", "operator", "operator")))
        .body("items.outcome", equalTo(List.of("refused", "refused", "done")))
        .body("items[2].subject", equalTo("backups/" + backup))
        .body("items[2].detail", equalTo("base of database"))
        .body("items[2].address", equalTo("127.0.0.1"))
        .body("items[0].subject", equalTo("backups"));
    // Before and after: two lines of the same request.
    assertThat(
            ask(
                "SELECT string_agg(outcome, ' ' ORDER BY id) FROM audit WHERE request ="
                    + " (SELECT request FROM audit WHERE subject = 'backups/"
                    + backup
                    + "')"))
        .isEqualTo("asked done");
    assertThat(
            ask(
                "SELECT count(*) FROM audit WHERE account = 'viewer' AND action <> 'requestBackup'"))
        .isEqualTo("0");
  }

  @Test
  @Order(2)
  void signInsAreNotedAndFailedOnesToo() {
    signIn("viewer", TestAccounts.password("viewer")).statusCode(200);
    signIn("viewer", "wrong").statusCode(401);
    given()
        .header(
            "Authorization",
            "Basic " + java.util.Base64.getEncoder().encodeToString("nobody:x".getBytes()))
        .get("/api/v1/sources")
        .then()
        .statusCode(401);
    Eventually.soon()
        .asserted(
            () ->
                audit("action=signIn")
                    .body("items.account", equalTo(List.of("nobody", "viewer", "viewer")))
                    .body("items.outcome", equalTo(List.of("refused", "refused", "done"))));
  }

  @Test
  @Order(3)
  void pagesAndFiltersAreThoseOfOtherLists() {
    ValidatableResponse first = audit("limit=2").body("items", hasSize(2));
    String next = first.extract().path("next");
    int last = first.extract().path("items[1].id");
    int after = audit("limit=2&cursor=" + next).extract().path("items[0].id");
    assertThat(after).isLessThan(last);
    audit("outcome=done").body("items", hasSize(2)).body("next", nullValue());
    as("admin")
        .get("/api/v1/audit?outcome=maybe")
        .then()
        .statusCode(400)
        .body("field", equalTo("outcome"));
  }

  @Test
  @Order(4)
  void nothingInItIsChangedOrRemoved() {
    for (String change :
        List.of(
            "UPDATE audit SET account = 'somebody else'", "DELETE FROM audit", "TRUNCATE audit")) {
      assertThatThrownBy(() -> execute(change)).hasMessageContaining("append-only");
    }
  }

  @Test
  @Order(5)
  void whatCannotBeNotedIsNotDone() throws SQLException {
    long before = Long.parseLong(ask("SELECT count(*) FROM backup"));
    execute("ALTER TABLE audit RENAME TO audit_away");
    try {
      backup("operator", "{\"strategy\": \"database\"}")
          .statusCode(503)
          .body("type", equalTo("urn:holdfast:problem:audit-unavailable"));
      signIn("viewer", TestAccounts.password("viewer")).statusCode(503);
    } finally {
      execute("ALTER TABLE audit_away RENAME TO audit");
    }
    assertThat(ask("SELECT count(*) FROM backup")).isEqualTo(Long.toString(before));
    backup("operator", "{\"strategy\": \"database\"}")
        .statusCode(202)
        .header("Location", startsWith("http"));
  }

  private static RequestSpecification as(String account) {
    return given().header("Authorization", TestAccounts.basic(account));
  }

  private static ValidatableResponse audit(String query) {
    return as("admin").get("/api/v1/audit?" + query).then().statusCode(200);
  }

  private static ValidatableResponse backup(String account, String body) {
    return as(account).contentType(ContentType.JSON).body(body).post("/api/v1/backups").then();
  }

  private static ValidatableResponse signIn(String name, String password) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "password", password))
        .post("/api/v1/session")
        .then();
  }

  private void execute(String sql) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private String ask(String query) throws SQLException {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
