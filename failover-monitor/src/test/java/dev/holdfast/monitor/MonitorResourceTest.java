/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.monitor;

import static io.restassured.RestAssured.get;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;

import dev.holdfast.testkit.Eventually;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The service starts with neither Kafka nor the databases, and says that it knows nothing. */
@QuarkusTest
@TestProfile(MonitorResourceTest.NothingThere.class)
class MonitorResourceTest {

  public static final class NothingThere implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.http.test-port", "0",
          "kafka.bootstrap.servers", "127.0.0.1:1",
          "holdfast.sources.main.url", "jdbc:postgresql://127.0.0.1:1,127.0.0.1:2/app",
          "holdfast.sources.main.user", "u",
          "holdfast.sources.main.password", "p",
          "holdfast.monitor.interval", "1s",
          "holdfast.monitor.triggers.database_primary_failure.duration", "2s");
    }
  }

  @Test
  void showsProbesAndTriggers() {
    Eventually.soon()
        .asserted(
            () ->
                get("/api/v1/probes")
                    .then()
                    .statusCode(200)
                    .body("primary", equalTo("127.0.0.1:1"))
                    .body("probes.probe", hasItem("database-connection"))
                    .body(
                        "probes.find { it.probe == 'database-connection' }.status",
                        equalTo("unknown")));
    get("/api/v1/triggers")
        .then()
        .statusCode(200)
        .body("[0].id", equalTo("database_primary_failure"))
        .body("[0].state", equalTo("unknown"))
        .body("[0].conditions[0]", equalTo("database_connection = failed for 2 s"))
        .body("[1].state", equalTo("not-measured"))
        .body("[1].detail", equalTo("no probe for this metric configured: unknown"));
    get("/q/health/ready").then().statusCode(200);
  }
}
