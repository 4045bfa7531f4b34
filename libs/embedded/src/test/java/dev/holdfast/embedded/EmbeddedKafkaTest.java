/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class EmbeddedKafkaTest {

  @Test
  void keepsRecordsWhenItIsKilled() throws Exception {
    var folder = Files.createTempDirectory("holdfast-embedded-");
    try (var kafka = EmbeddedKafka.start(EmbeddedKafka.Options.in(folder.resolve("kafka")))) {
      Map<String, Object> producing =
          Map.of("bootstrap.servers", kafka.bootstrapServers(), "acks", "all");
      try (var producer =
          new KafkaProducer<>(producing, new ByteArraySerializer(), new ByteArraySerializer())) {
        producer
            .send(new ProducerRecord<>("topic", "hello".getBytes(StandardCharsets.UTF_8)))
            .get(20, TimeUnit.SECONDS);
      }
      kafka.kill9();
      assertThat(kafka.isRunning()).isFalse();
      kafka.start();
      Map<String, Object> consuming = Map.of("bootstrap.servers", kafka.bootstrapServers());
      try (var consumer =
          new KafkaConsumer<>(
              consuming, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
        var partition = new TopicPartition("topic", 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        var records = consumer.poll(Duration.ofSeconds(5));
        while (records.isEmpty() && System.nanoTime() < end) {
          records = consumer.poll(Duration.ofSeconds(5));
        }
        assertThat(records.records(partition))
            .singleElement()
            .satisfies(r -> assertThat(r.value()).asString().isEqualTo("hello"));
      }
    } finally {
      Folders.delete(folder);
    }
  }
}
