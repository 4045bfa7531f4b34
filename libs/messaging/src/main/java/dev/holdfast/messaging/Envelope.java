/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import java.util.Map;

/**
 * One Kafka record, ready to be sent: CloudEvents binary mode.
 *
 * @param id event id, the same in every attempt to send it
 * @param headers {@code ce_*}, {@code content-type}, {@code traceparent}
 * @param body UTF-8 JSON; in a dead letter whatever was received
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way to Kafka; never compared
public record Envelope(
    String id, String topic, String key, Map<String, String> headers, byte[] body) {

  public Envelope {
    headers = Map.copyOf(headers);
  }

  @Override
  public String toString() {
    return headers.getOrDefault("ce_type", "message") + " " + id + " of " + key + " for " + topic;
  }
}
