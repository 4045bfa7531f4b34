/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.service;

import dev.holdfast.events.Message;
import dev.holdfast.messaging.Correlation;
import dev.holdfast.messaging.Envelope;
import dev.holdfast.messaging.Envelopes;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.eclipse.microprofile.config.ConfigProvider;

/** Tells the catalog what the other services would. */
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
            Map.of(
                "bootstrap.servers",
                ConfigProvider.getConfig().getValue("kafka.bootstrap.servers", String.class)),
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
}
