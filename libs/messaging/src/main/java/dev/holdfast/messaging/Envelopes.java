/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.events.BackupEvent.ChainEvent;
import dev.holdfast.events.Message;
import dev.holdfast.events.MessageCodec;
import dev.holdfast.events.UndecodableMessageException;
import dev.holdfast.events.UndecodableMessageException.Reason;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts messages into envelopes and takes them out again. */
@Singleton
public final class Envelopes {

  private final MessageCodec codec = new MessageCodec();
  private final String service;
  private final InstantSource clock;

  /**
   * @param service name of this service, such as {@code snapshot-worker}
   */
  @Inject
  public Envelopes(
      @ConfigProperty(name = "quarkus.application.name") String service, InstantSource clock) {
    this.service = service;
    this.clock = clock;
  }

  public Envelope seal(Message message, Correlation correlation) {
    byte[] body = codec.encode(message);
    String type = MessageCodec.type(message.getClass());
    String id = id(message, type, body);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce_specversion", "1.0");
    headers.put("ce_id", id);
    headers.put("ce_source", "/" + service);
    headers.put("ce_type", type);
    headers.put("ce_time", clock.instant().toString());
    headers.put("ce_subject", message.key());
    headers.put("ce_correlation", correlation.id());
    headers.put("content-type", "application/json");
    headers.put("traceparent", correlation.traceparent());
    return new Envelope(id, MessageCodec.topic(message.getClass()), message.key(), headers, body);
  }

  /**
   * @throws UndecodableMessageException when the record is no CloudEvent, of no known type, or not
   *     of the {@code expected} family
   */
  public <T extends Message> CloudEvent<T> open(
      ConsumerRecord<String, byte[]> record, Class<T> expected) {
    String type = required(record, "ce_type");
    byte[] body = record.value();
    if (body == null) {
      throw new UndecodableMessageException(Reason.BAD_BODY, type + " has no body");
    }
    Message message = codec.decode(type, body);
    if (!expected.isInstance(message)) {
      throw new UndecodableMessageException(
          Reason.UNKNOWN_TYPE, type + " does not belong here: " + expected.getSimpleName());
    }
    String id = required(record, "ce_id");
    return new CloudEvent<>(
        id,
        required(record, "ce_source"),
        time(required(record, "ce_time")),
        correlation(record, id),
        expected.cast(message));
  }

  /** Whether the record says that it is a message of a family; its body is not read. */
  boolean isOf(ConsumerRecord<String, byte[]> record, Class<? extends Message> kind) {
    return header(record, "ce_type")
        .flatMap(MessageCodec::message)
        .filter(kind::isAssignableFrom)
        .isPresent();
  }

  private static Correlation correlation(ConsumerRecord<String, byte[]> record, String id) {
    String given = header(record, "ce_correlation").filter(c -> !c.isBlank()).orElse(id);
    return Correlation.from(
        given.substring(0, Math.min(200, given.length())),
        header(record, "traceparent").orElse(""));
  }

  static Optional<String> header(ConsumerRecord<String, byte[]> record, String name) {
    return Optional.ofNullable(record.headers().lastHeader(name))
        .map(Header::value)
        .map(value -> new String(value, UTF_8));
  }

  private static String required(ConsumerRecord<String, byte[]> record, String header) {
    return header(record, header)
        .filter(value -> !value.isBlank())
        .orElseThrow(
            () ->
                new UndecodableMessageException(
                    Reason.BAD_ENVELOPE,
                    "header '" + header + "' is missing; CloudEvents binary mode is expected"));
  }

  private static Instant time(String text) {
    try {
      return java.time.OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeParseException e) {
      throw new UndecodableMessageException(
          Reason.BAD_ENVELOPE, "header 'ce_time' is '" + text + "', not an RFC 3339 time", e);
    }
  }

  /**
   * A chain fact may be announced again after a crash, from the manifest: it keeps its id, so that
   * inboxes know it. Everything else is sent once and gets a random id.
   */
  private static String id(Message message, String type, byte[] body) {
    if (!(message instanceof ChainEvent)) {
      return UUID.randomUUID().toString();
    }
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      sha.update(type.getBytes(UTF_8));
      ByteBuffer digest = ByteBuffer.wrap(sha.digest(body));
      long high = digest.getLong() & ~0xF000L | 0x8000L; // UUID version 8: custom
      long low = digest.getLong() & ~(3L << 62) | 2L << 62; // RFC 9562 variant
      return new UUID(high, low).toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
