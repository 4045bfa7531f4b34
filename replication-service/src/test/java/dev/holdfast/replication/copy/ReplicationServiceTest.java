/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.copy;

import static dev.holdfast.replication.copy.GrowingChain.MAIN;
import static io.restassured.RestAssured.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;

import dev.holdfast.events.BackupEvent.SegmentSealed;
import dev.holdfast.events.Message;
import dev.holdfast.events.ReplicationEvent;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.events.Topics;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.model.Lsn;
import dev.holdfast.model.RegionId;
import dev.holdfast.model.Secret;
import dev.holdfast.testkit.Eventually;
import dev.holdfast.vault.crypto.SigningKey;
import dev.holdfast.vault.store.ObjectStore;
import dev.holdfast.vault.store.ObjectStores;
import dev.holdfast.vault.store.StoreCredentials;
import dev.holdfast.vault.store.VaultUrl;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.Test;

/** From an announcement in Kafka to verified copies in three S3 endpoints, and back to Kafka. */
@QuarkusTest
@QuarkusTestResource(value = ReplicationServers.class, restrictToAnnotatedClass = true)
class ReplicationServiceTest {

  @Inject Envelopes envelopes;

  private final String bootstrap = setting("kafka.bootstrap.servers");

  @Test
  void verifiesEveryRegionWhenAChainWasAnnounced() {
    get("/q/health/ready").then().statusCode(200);
    try (ObjectStore store =
        ObjectStores.open(
            VaultUrl.parse(setting("holdfast.vault.regions[0].url")),
            Optional.of(new StoreCredentials("test", new Secret("test-secret"))))) {
      GrowingChain.in(store, SigningKey.read(Path.of(setting("test.signer")))).grow();
    }

    announce(
        new SegmentSealed(
            MAIN,
            3,
            1,
            1,
            new Lsn(100),
            new Lsn(200),
            Optional.empty(),
            GrowingChain.NOW.plusSeconds(200),
            1,
            1,
            3000));

    Map<RegionId, RegionVerified> verified = verified(3);
    assertThat(verified.keySet())
        .extracting(RegionId::value)
        .containsExactlyInAnyOrderElementsOf(ReplicationServers.REGIONS);
    assertThat(verified.values())
        .allSatisfy(
            fact -> assertThat(fact.coveredAt()).contains(GrowingChain.NOW.plusSeconds(200)));
    get("/api/v1/replication")
        .then()
        .statusCode(200)
        .body("source", everyItem(equalTo("main")))
        .body("region", equalTo(ReplicationServers.REGIONS))
        .body("verifiedThrough", equalTo(List.of(3, 3, 3)))
        .body("behind", equalTo(List.of(0, 0, 0)));
  }

  private static String setting(String name) {
    return ConfigProvider.getConfig().getValue(name, String.class);
  }

  private void announce(Message message) {
    Envelope envelope = envelopes.seal(message, Correlation.of("test"));
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
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

  /** Facts of regions that are verified through the manifest, once there is one of each. */
  private Map<RegionId, RegionVerified> verified(long manifest) {
    Map<RegionId, RegionVerified> found = new HashMap<>();
    try (KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers", bootstrap,
                "group.id", "test",
                "auto.offset.reset", "earliest",
                "metadata.max.age.ms", "500"),
            new StringDeserializer(),
            new ByteArrayDeserializer())) {
      consumer.subscribe(List.of(Topics.REPLICATION_EVENTS));
      Eventually.soon()
          .is(
              "every region is verified through " + manifest,
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(
                        record -> {
                          if (envelopes.open(record, ReplicationEvent.class).data()
                                  instanceof RegionVerified fact
                              && fact.throughManifest() == manifest) {
                            found.put(fact.region(), fact);
                          }
                        });
                return found.size() == ReplicationServers.REGIONS.size();
              });
    }
    return found;
  }
}
