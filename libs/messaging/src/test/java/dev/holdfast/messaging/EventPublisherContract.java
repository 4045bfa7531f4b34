/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.events.AlertEvent.AlertRaised;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.Test;

/** What the publisher promises when its broker goes away; with any broker. */
abstract class EventPublisherContract {

  private final Envelopes envelopes = new Envelopes("test", Clock.systemUTC());

  abstract String bootstrapServers();

  /** Nothing is acknowledged from now on. */
  abstract void goAway();

  abstract void comeBack();

  @Test
  void nothingIsLostOrOutOfOrderWhenKafkaGoesAwayAndComesBack() throws Exception {
    Map<String, Object> settings = Map.of("bootstrap.servers", bootstrapServers());
    EventPublisher publisher =
        new EventPublisher(envelopes, 10_000, new BrokerSender(settings, "test"));
    List<CompletionStage<Void>> acknowledged = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      if (i == 100) {
        acknowledged.get(50).toCompletableFuture().get();
        goAway();
      }
      if (i == 250) {
        comeBack();
      }
      acknowledged.add(publisher.publish(alert(i)));
    }
    for (CompletionStage<Void> one : acknowledged) {
      one.toCompletableFuture().get();
    }
    publisher.stop();

    // At least once: a repetition is the same event again, and is left out here.
    List<String> ids = read(settings).stream().distinct().toList();
    assertThat(ids).isEqualTo(IntStream.range(0, 300).mapToObj(String::valueOf).toList());
  }

  private static AlertRaised alert(int n) {
    return new AlertRaised("test", "info", "subject", String.valueOf(n), "none", Instant.EPOCH);
  }

  private static List<String> read(Map<String, Object> settings) {
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new ByteArrayDeserializer())) {
      var partitions =
          consumer.partitionsFor("dr.alerts.v1").stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      var ends = consumer.endOffsets(partitions);
      var envelopes = new Envelopes("reader", Clock.systemUTC());
      List<String> titles = new ArrayList<>();
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.getOrDefault(p, 0L))) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(r -> titles.add(envelopes.open(r, AlertRaised.class).data().title()));
      }
      return titles;
    }
  }
}
