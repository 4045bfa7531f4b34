/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.access;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.startsWith;

import dev.holdfast.access.Role;
import dev.holdfast.access.UsersFile;
import dev.holdfast.catalog.service.CatalogServers;
import dev.holdfast.testkit.Eventually;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.http.Cookie;
import io.restassured.response.ValidatableResponse;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may do what, over HTTP. */
@QuarkusTest
@QuarkusTestResource(value = CatalogServers.class, restrictToAnnotatedClass = true)
@QuarkusTestResource(value = OidcServer.class, restrictToAnnotatedClass = true)
@SuppressWarnings("NullAway.Init")
class AccessIT {

  private static final String MARK = "X-Holdfast-Request";

  @Inject AgroalDataSource database;

  @TestHTTPResource("/")
  URI address;

  @BeforeEach
  void asNobody() {
    RestAssured.authentication = RestAssured.DEFAULT_AUTH;
  }

  @Test
  void theDocumentNamesTheRoleOfEveryEndpoint() {
    Map<String, Map<String, Object>> paths =
        as("viewer").get("/q/openapi?format=json").then().statusCode(200).extract().path("paths");
    Set<String> served = new TreeSet<>();
    paths.forEach(
        (path, operations) ->
            operations.keySet().forEach(method -> served.add(method.toUpperCase() + " " + path)));

    assertThat(served).isEqualTo(DocumentedRoles.read().keySet()).hasSizeGreaterThan(20);
  }

  @Test
  void everyEndpointIsOpenToTheRolesThatTheDocumentNamesAndToNobodyElse() throws Exception {
    List<String> wrong = new ArrayList<>();
    for (Map.Entry<String, String> documented : DocumentedRoles.read().entrySet()) {
      String role = documented.getValue();
      boolean anyone = role.equals(DocumentedRoles.ANYONE);
      expect(documented.getKey(), "", anyone ? 0 : 401, wrong);
      for (String account : Role.names()) {
        boolean may = anyone || Role.allowed(Set.of(account)).contains(role);
        expect(documented.getKey(), account, may ? 0 : 403, wrong);
      }
    }
    assertThat(wrong).isEmpty();
  }

  /**
   * @param status 0: any but those that say that somebody may not
   */
  private void expect(String operation, String account, int status, List<String> wrong)
      throws IOException, InterruptedException {
    String[] parts = operation.split(" ");
    String path = parts[1].replace("{source}", "main").replaceAll("\\{[a-z]+}", "1");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address.resolve(path))
            .header("Content-Type", "application/json")
            .method(parts[0], HttpRequest.BodyPublishers.noBody());
    if (!account.isEmpty()) {
      request.header("Authorization", TestAccounts.basic(account));
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<InputStream> response =
          http.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      response.body().close();
      int found = response.statusCode();
      if (status == 0 ? Set.of(401, 403, 405).contains(found) : found != status) {
        wrong.add("%s as '%s' is answered with %d".formatted(operation, account, found));
      }
      http.shutdownNow();
    }
  }

  @Test
  void whoHasNoAccountSeesTheFormAndHealthAndNothingElse() {
    for (String open : List.of("/q/health", "/q/health/ready", "/q/health/live", "/q/metrics")) {
      given().get(open).then().statusCode(200);
    }
    for (String closed : List.of("/api/v1/nothing", "/q/openapi", "/q/nothing", "/api")) {
      given().get(closed).then().statusCode(401);
    }
    given().post("/").then().statusCode(not(200));
    given()
        .get("/api/v1/sources")
        .then()
        .statusCode(401)
        .contentType("application/problem+json")
        .header("WWW-Authenticate", not(containsString("Basic")))
        .body("type", equalTo("urn:holdfast:problem:not-signed-in"))
        .body("fix", notNullValue());
  }

  @Test
  void aRoleThatIsNotEnoughIsTold() {
    as("viewer")
        .contentType(ContentType.JSON)
        .body("{\"strategy\": \"database\"}")
        .post("/api/v1/backups")
        .then()
        .statusCode(403)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:not-allowed"))
        .body("detail", equalTo("the account 'viewer' (viewer) may not do this"));
  }

  @Test
  void nobodyLearnsWhichNamesThereAre() {
    String wrong = attempt("operator", "wrong").statusCode(401).extract().asString();
    assertThat(attempt("nobody-" + Instant.now().toEpochMilli(), "wrong").extract().asString())
        .isEqualTo(wrong)
        .contains("wrong-credentials");
    given().header("Authorization", "Basic !").get("/api/v1/sources").then().statusCode(401);
    given().header("Authorization", "Digest x").get("/api/v1/sources").then().statusCode(401);
  }

  @Test
  void whoFailsAgainAndAgainHasToWaitEvenWithTheRightPassword() throws Exception {
    change(users -> users.with(TestAccounts.account("ada", "right", Role.VIEWER)));
    Eventually.soon().asserted(() -> attempt("ada", "right").statusCode(200));
    for (int failed = 0; failed < 8; ) {
      failed += attempt("ada", "wrong").extract().statusCode() == 401 ? 1 : 0;
    }
    attempt("ada", "right")
        .statusCode(429)
        .header("Retry-After", notNullValue())
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:too-many-sign-ins"));
    signIn("ada", "right").statusCode(429).header("Retry-After", notNullValue());
    // Others are let in, and so is she when she has waited.
    as("viewer").get("/api/v1/sources").then().statusCode(200);
    Eventually.soon().asserted(() -> attempt("ada", "right").statusCode(200));
  }

  @Test
  void aSessionLastsUntilSomebodySignsOut() {
    Cookie cookie = cookie("operator");
    assertThat(cookie.isHttpOnly()).isTrue();
    assertThat(cookie.getSameSite()).isEqualTo("Strict");
    assertThat(cookie.getPath()).isEqualTo("/");
    assertThat(cookie.getMaxAge()).isEqualTo(12 * 3600);
    assertThat(cookie.isSecured()).isFalse();
    with(cookie)
        .get("/api/v1/session")
        .then()
        .statusCode(200)
        .body("name", equalTo("operator"))
        .body("roles", equalTo(List.of("operator", "viewer")));
    with(cookie).get("/api/v1/sources").then().statusCode(200);
    with(cookie).header(MARK, "test").post("/api/v1/rebuild").then().statusCode(403);

    with(cookie).header(MARK, "test").delete("/api/v1/session").then().statusCode(204);

    with(cookie).get("/api/v1/sources").then().statusCode(401);
    with(cookie).get("/api/v1/session").then().statusCode(204);
    with(new Cookie.Builder("holdfast-session", "x".repeat(43)).build())
        .get("/api/v1/sources")
        .then()
        .statusCode(401);
  }

  @Test
  void aCookieAloneChangesNothing() {
    Cookie cookie = cookie("admin");
    with(cookie)
        .post("/api/v1/rebuild")
        .then()
        .statusCode(403)
        .body("type", equalTo("urn:holdfast:problem:not-from-here"));
    with(cookie).delete("/api/v1/session").then().statusCode(403);
    with(cookie).get("/api/v1/sources").then().statusCode(200);
  }

  @Test
  void aSessionEndsByItself() {
    Cookie cookie = cookie("viewer");
    execute("UPDATE session SET ends_at = now() - interval '1 second' WHERE account = 'viewer'");
    with(cookie).get("/api/v1/sources").then().statusCode(401);
    cookie("viewer");
    assertThat(ask("SELECT count(*) FROM session WHERE account = 'viewer'")).isEqualTo("1");
    assertThat(ask("SELECT token_hash FROM session WHERE account = 'viewer'"))
        .doesNotContain(cookie.getValue());
  }

  @Test
  void aNewPasswordEndsSessionsAndAnotherRoleCountsAtOnce() throws Exception {
    change(users -> users.with(TestAccounts.account("bob", "old", Role.VIEWER)));
    Eventually.soon().asserted(() -> attempt("bob", "old").statusCode(200));
    Cookie cookie = signIn("bob", "old").statusCode(200).extract().detailedCookie(COOKIE);
    with(cookie).get("/api/v1/sources").then().statusCode(200);

    change(
        users -> {
          var bob = users.find("bob").orElseThrow();
          return users.with(
              new dev.holdfast.access.Account("bob", Set.of(Role.OPERATOR), bob.password()));
        });
    Eventually.soon()
        .asserted(
            () ->
                with(cookie)
                    .get("/api/v1/session")
                    .then()
                    .body("roles", equalTo(List.of("operator", "viewer"))));
    change(users -> users.with(TestAccounts.account("bob", "new", Role.OPERATOR)));
    Eventually.soon().asserted(() -> with(cookie).get("/api/v1/sources").then().statusCode(401));
    attempt("bob", "old").statusCode(401);
    attempt("bob", "new").statusCode(200);
  }

  @Test
  void aBrokenFileLocksNobodyOut() throws Exception {
    Path file = usersFile();
    UsersFile before = UsersFile.read(file);
    change(users -> users.with(TestAccounts.account("eve", "one", Role.VIEWER)));
    Eventually.soon().asserted(() -> attempt("eve", "one").statusCode(200));
    Files.writeString(file, "eve is gone\n");
    // Longer than the file is believed to be what it was.
    Instant until = Instant.now().plusMillis(2500);
    Eventually.soon()
        .is(
            "it was looked at",
            () -> {
              attempt("eve", "one").statusCode(200);
              return Instant.now().isAfter(until);
            });
    before.write(file);
    Eventually.soon().asserted(() -> attempt("eve", "one").statusCode(401));
  }

  @Test
  void tokensOfTheOidcServerCarryTheirRoles() {
    Instant soon = Instant.now().plusSeconds(300);
    String token = OidcServer.token("grace", "\"approver\"", soon);
    given()
        .auth()
        .oauth2(token)
        .get("/api/v1/session")
        .then()
        .statusCode(200)
        .body("name", equalTo("grace"))
        .body("roles", equalTo(List.of("approver", "viewer")));
    given().auth().oauth2(token).get("/api/v1/sources").then().statusCode(200);
    given().auth().oauth2(token).post("/api/v1/rebuild").then().statusCode(403);
    given()
        .auth()
        .oauth2(OidcServer.token("heidi", "\"staff\"", soon))
        .get("/api/v1/sources")
        .then()
        .statusCode(403);
    for (String bad :
        List.of(
            OidcServer.token("grace", "\"admin\"", Instant.now().minusSeconds(300)),
            token.substring(0, token.length() - 8) + "AAAAAAAA",
            "x")) {
      given().auth().oauth2(bad).get("/api/v1/sources").then().statusCode(401);
    }
  }

  private static final String COOKIE = SessionResource.COOKIE;

  private static RequestSpecification as(String account) {
    return given().header("Authorization", TestAccounts.basic(account));
  }

  private static RequestSpecification with(Cookie cookie) {
    return given().cookie(cookie.getName(), cookie.getValue());
  }

  private static ValidatableResponse attempt(String name, String password) {
    return given()
        .header("Authorization", TestAccounts.basic(name, password))
        .get("/api/v1/sources")
        .then();
  }

  private static ValidatableResponse signIn(String name, String password) {
    return given()
        .contentType(ContentType.JSON)
        .body(Map.of("name", name, "password", password))
        .post("/api/v1/session")
        .then();
  }

  private static Cookie cookie(String account) {
    return signIn(account, TestAccounts.password(account))
        .statusCode(200)
        .body("name", equalTo(account))
        .header("Cache-Control", startsWith("no-"))
        .extract()
        .detailedCookie(COOKIE);
  }

  private static void change(java.util.function.UnaryOperator<UsersFile> how) {
    Path file = usersFile();
    how.apply(UsersFile.read(file)).write(file);
  }

  private static Path usersFile() {
    return Path.of(ConfigProvider.getConfig().getValue(TestAccounts.SETTING, String.class));
  }

  private void execute(String sql) {
    try (var connection = database.getConnection();
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private String ask(String query) {
    try (var connection = database.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
