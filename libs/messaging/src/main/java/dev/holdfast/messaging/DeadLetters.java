/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.events.Topics;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Puts records that a service cannot handle into {@code <topic>.<service>.dlq}: key, body and
 * headers as received, and {@code dlq_*} headers that say why, where from and when.
 */
@Singleton
final class DeadLetters {

  private static final Logger LOG = Logger.getLogger(DeadLetters.class);
  private static final int LONGEST_DETAIL = 1000;

  private final EventPublisher publisher;
  private final String service;
  private final InstantSource clock;

  @Inject
  DeadLetters(
      EventPublisher publisher,
      @ConfigProperty(name = "quarkus.application.name") String service,
      InstantSource clock) {
    this.publisher = publisher;
    this.service = service;
    this.clock = clock;
  }

  /** Completes when the record is in the dead-letter topic; tries until it is. */
  Uni<Void> putAside(ConsumerRecord<String, byte[]> record, String reason, Throwable failure) {
    String topic = Topics.deadLetters(record.topic(), service);
    LOG.errorf(
        failure,
        "%s partition %d offset %d cannot be handled (%s); moved to %s",
        record.topic(),
        record.partition(),
        record.offset(),
        reason,
        topic);
    Map<String, String> headers = new LinkedHashMap<>();
    record
        .headers()
        .forEach(
            header ->
                headers.put(
                    header.key(), header.value() == null ? "" : new String(header.value(), UTF_8)));
    headers.put("dlq_reason", reason);
    headers.put("dlq_detail", detail(failure));
    headers.put("dlq_topic", record.topic());
    headers.put("dlq_partition", Integer.toString(record.partition()));
    headers.put("dlq_offset", Long.toString(record.offset()));
    headers.put("dlq_service", service);
    headers.put("dlq_at", clock.instant().toString());
    Envelope letter =
        new Envelope(
            UUID.randomUUID().toString(),
            topic,
            Objects.requireNonNullElse(record.key(), ""),
            headers,
            Objects.requireNonNullElseGet(record.value(), () -> new byte[0]));
    // Publishing fails only when the buffer overflowed meanwhile: the record is not given up.
    return Uni.createFrom()
        .completionStage(() -> publisher.publish(letter))
        .onFailure()
        .retry()
        .withBackOff(Duration.ofSeconds(1), Duration.ofSeconds(30))
        .indefinitely();
  }

  private static String detail(Throwable failure) {
    String text = failure.toString();
    return text.length() <= LONGEST_DETAIL ? text : text.substring(0, LONGEST_DETAIL) + "…";
  }
}
