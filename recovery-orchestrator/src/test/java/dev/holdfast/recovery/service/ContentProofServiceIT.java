/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.service;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import dev.holdfast.events.BackupEvent.ContentHashed;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.SourceId;
import dev.holdfast.recovery.store.RunJson;
import dev.holdfast.testkit.Eventually;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** One story in order: proofs, one that was interrupted, and a change that capture lost. */
@QuarkusTest
@QuarkusTestResource(value = RecoveryServers.class, restrictToAnnotatedClass = true)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ContentProofServiceIT {

  @Inject Envelopes envelopes;

  private final String hooks = setting("test.hooks");
  private final String control = setting("test.control");
  private final String primary = setting("test.primary");

  @Test
  @Order(1)
  void theFirstProofRestoresASandboxAndTheNextOnesTakeItOn() throws Exception {
    ended(proof(), "proven")
        .body("fullBecause", containsString("no sandbox yet"))
        .body("equal", equalTo(1))
        .body("tables", hasSize(0))
        .body("cost.sourceRows", equalTo(1000))
        .body("cost.vaultBytes", greaterThan(0));
    execute(primary, "UPDATE calls SET note = 'changed' WHERE id <= 10");
    ContentHashed second = proof();
    ended(second, "proven").body("fullBecause", nullValue()).body("cost.changes", greaterThan(9));
    send(second);
    given()
        .get("/api/v1/proofs?source=main")
        .then()
        .statusCode(200)
        .body("items", hasSize(2))
        .body("items[0].id", equalTo(second.proof()));
    given()
        .get("/api/v1/proofs/nothing")
        .then()
        .statusCode(404)
        .contentType("application/problem+json")
        .body("type", equalTo("urn:holdfast:problem:unknown-proof"));
  }

  @Test
  @Order(2)
  void aProofThatWasKilledIsDoneFromTheStartAndOneThatAlwaysKillsIsGivenUp() throws Exception {
    // What a kill -9 leaves: the row, begun, and a sandbox that says that it is being changed.
    execute(
        control + "sandbox",
        "UPDATE holdfast.sandbox SET state ="
            + " pg_catalog.replace(state, '\"whole\":true', '\"whole\":false')");
    execute(primary, "UPDATE calls SET note = 'again' WHERE id <= 10");
    ContentHashed killed = hash();
    left(killed, 1);
    ended(killed, "proven").body("fullBecause", containsString("was being changed"));

    ContentHashed deadly = hash();
    left(deadly, 3);
    ended(deadly, "not-done").body("detail", containsString("ended 3 times"));
  }

  @Test
  @Order(3)
  void whereNoSandboxIsConfiguredThatIsSaid() {
    ContentHashed here = hash();
    ContentHashed other =
        new ContentHashed(
            new SourceId("other"),
            "proof-other",
            Optional.empty(),
            here.backup(),
            here.strategy(),
            here.position(),
            here.content(),
            1,
            1,
            1,
            here.took(),
            here.at());
    send(other);
    ended(other, "not-done")
        .body("detail", containsString("holdfast.recovery.sources.other.sandbox-url"));
  }

  @Test
  @Order(4)
  void aChangeThatCaptureLostIsNamedByItsKeyAndTheKeyStaysHere() throws Exception {
    given().body("true").post(hooks + "/test/losing").then().statusCode(200);
    execute(primary, "UPDATE calls SET note = 'lost on the way' WHERE id = 777");
    given().body("false").post(hooks + "/test/losing").then().statusCode(200);

    ContentHashed found = proof();
    ended(found, "differs")
        .body("fullBecause", nullValue())
        .body("detail", containsString("public.calls"))
        .body("tables[0].rowsInSource", equalTo(1000))
        .body("tables[0].buckets.differing", hasSize(1));
    ConsumerRecord<String, byte[]> command =
        published("dr.backup.commands.v1", "dev.holdfast.backup.narrow-proof.v1", found.proof());
    ConsumerRecord<String, byte[]> alert =
        published("dr.alerts.v1", "dev.holdfast.alert.raised.v1", found.proof());
    assertThat(text(alert)).contains("\"critical\"").contains("public.calls");

    ContentHashed closer =
        hashed(
            given().contentType(ContentType.JSON).body(text(command)).post(hooks + "/test/narrow"));
    send(closer);
    ended(closer, "differs")
        .body("narrows", equalTo(found.proof()))
        .body("tables[0].rows.count", equalTo(1))
        .body("tables[0].rows.first", equalTo("777"))
        .body("tables[0].rows.last", equalTo("777"))
        .body("tables[0].rows.changed", hasItem("777"));
    // Nothing was repaired: the next proof restores from the base, and finds the same.
    ContentHashed again = proof();
    ended(again, "differs").body("fullBecause", containsString("found a difference"));
    ConsumerRecord<String, byte[]> told =
        published(
            "dr.recovery.events.v1", "dev.holdfast.recovery.content-compared.v1", closer.proof());
    assertThat(text(told)).contains("1 rows were found to differ").doesNotContain("\"777\"");
  }

  private ContentHashed hash() {
    return hashed(given().post(hooks + "/test/hash"));
  }

  private static ContentHashed hashed(io.restassured.response.Response response) {
    return RunJson.parse(response.then().statusCode(200).extract().asString(), ContentHashed.class);
  }

  private ContentHashed proof() {
    ContentHashed hashed = hash();
    send(hashed);
    return hashed;
  }

  private static ValidatableResponse ended(ContentHashed proof, String outcome) {
    Eventually.within(Duration.ofSeconds(60))
        .is(
            "the proof has ended",
            () -> given().get("/api/v1/proofs/" + proof.proof()).statusCode() == 200);
    return given()
        .get("/api/v1/proofs/" + proof.proof())
        .then()
        .log()
        .ifValidationFails()
        .statusCode(200)
        .body("outcome", equalTo(outcome))
        .body("finishedAt", notNullValue());
  }

  private void left(ContentHashed proof, int attempts) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(
                control + "orchestrator", "postgres", setting("test.password"));
        var insert =
            connection.prepareStatement(
                "INSERT INTO content_proof (id, source, state, attempts, asked, correlation,"
                    + " trace, read_at) VALUES (?, 'main', 'pending', ?, ?, 'c', '"
                    + "ab".repeat(16)
                    + "', now())")) {
      insert.setString(1, proof.proof());
      insert.setInt(2, attempts);
      insert.setString(3, RunJson.write(proof));
      insert.executeUpdate();
    }
  }

  private void send(ContentHashed message) {
    Envelope envelope = envelopes.seal(message, Correlation.of("story"));
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

  /** The first message of that type that holds {@code part}. */
  private static ConsumerRecord<String, byte[]> published(String topic, String type, String part) {
    Map<String, Object> settings = new HashMap<>();
    settings.put("bootstrap.servers", setting("kafka.bootstrap.servers"));
    settings.put("group.id", "test-" + topic + System.nanoTime());
    settings.put("auto.offset.reset", "earliest");
    AtomicReference<ConsumerRecord<String, byte[]>> found = new AtomicReference<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      consumer.subscribe(Set.of(topic));
      Eventually.within(Duration.ofSeconds(30))
          .is(
              type + " is told",
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          String itsType =
                              new String(
                                  record.headers().lastHeader("ce_type").value(),
                                  StandardCharsets.UTF_8);
                          if (itsType.equals(type) && text(record).contains(part)) {
                            found.compareAndSet(null, record);
                          }
                        });
                return found.get() != null;
              });
    }
    return found.get();
  }

  private static String text(ConsumerRecord<String, byte[]> record) {
    return new String(record.value(), StandardCharsets.UTF_8);
  }

  private static void execute(String url, String sql) throws SQLException {
    try (Connection connection =
            DriverManager.getConnection(url, "postgres", setting("test.password"));
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }
}
