/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.outbox;

import dev.holdfast.messaging.Envelope;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Map;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;
import org.jspecify.annotations.Nullable;

/** A message that waits for the relay; deleted once the broker has it. */
@Entity(name = "OutboxRow")
@Table(name = "outbox")
class OutboxRow {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  @Nullable Long id;

  @Column(name = "event_id", nullable = false, updatable = false)
  String eventId;

  @Column(nullable = false, updatable = false)
  String topic;

  @Column(name = "message_key", nullable = false, updatable = false)
  String key;

  @JdbcTypeCode(SqlTypes.JSON)
  @Column(nullable = false, updatable = false)
  Map<String, String> headers;

  @Column(nullable = false, updatable = false)
  byte[] body;

  @Column(name = "created_at", nullable = false, updatable = false)
  Instant createdAt;

  @SuppressWarnings("NullAway.Init") // Hibernate fills the fields
  protected OutboxRow() {}

  OutboxRow(Envelope envelope, Instant now) {
    eventId = envelope.id();
    topic = envelope.topic();
    key = envelope.key();
    headers = envelope.headers();
    body = envelope.body();
    createdAt = now;
  }

  Envelope envelope() {
    return new Envelope(eventId, topic, key, headers, body);
  }
}
