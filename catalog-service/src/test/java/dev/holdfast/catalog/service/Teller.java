/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import dev.holdfast.events.Message;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import dev.holdfast.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;

/** Tells the catalog what the other services would, and hears what it tells them. */
final class Teller {

  private final Envelopes envelopes;

  Teller(Envelopes envelopes) {
    this.envelopes = envelopes;
  }

  Envelope sealed(Message message) {
    return envelopes.seal(message, Correlation.of("story"));
  }

  void send(Message message) {
    send(sealed(message));
  }

  void send(Envelope envelope) {
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap()),
            new StringSerializer(),
            new ByteArraySerializer())) {
      // One partition keeps the order in which the story tells it.
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(envelope.topic(), 0, envelope.key(), envelope.body());
      envelope
          .headers()
          .forEach(
              (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
      producer.send(record);
      producer.flush();
    }
  }

  /** Hands on everything that is or comes in the topic, until it is told to end. */
  <T extends Message> void follow(
      String topic, Class<T> type, Consumer<T> listener, BooleanSupplier ended) {
    try (KafkaConsumer<String, byte[]> consumer = fromTheBeginning(topic)) {
      while (!ended.getAsBoolean()) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> listener.accept(envelopes.open(record, type).data()));
      }
    }
  }

  private static KafkaConsumer<String, byte[]> fromTheBeginning(String topic) {
    KafkaConsumer<String, byte[]> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap(),
                "group.id",
                UUID.randomUUID().toString(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    consumer.subscribe(List.of(topic));
    return consumer;
  }

  private static String bootstrap() {
    return ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class);
  }

  /** Everything in the topic, once {@code enough} holds for it. */
  <T extends Message> List<T> heard(String topic, Class<T> type, Predicate<List<T>> enough) {
    List<T> found = new ArrayList<>();
    try (KafkaConsumer<String, byte[]> consumer = fromTheBeginning(topic)) {
      Eventually.soon()
          .is(
              "all is in " + topic,
              () -> {
                consumer
                    .poll(Duration.ofMillis(200))
                    .forEach(record -> found.add(envelopes.open(record, type).data()));
                return enough.test(found);
              });
    }
    return found;
  }
}
