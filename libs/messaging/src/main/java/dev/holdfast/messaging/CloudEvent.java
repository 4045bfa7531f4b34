/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.messaging;

import dev.holdfast.events.Message;
import java.time.Instant;

/**
 * A received message with its envelope (CloudEvents 1.0).
 *
 * @param id unique per event; a redelivery has the same one
 * @param source who sent it, such as {@code /snapshot-worker}
 * @param time when it was sent
 * @param correlation to be passed on to whatever this event causes
 */
public record CloudEvent<T extends Message>(
    String id, String source, Instant time, Correlation correlation, T data) {

  /** The aggregate's id. */
  public String subject() {
    return data.key();
  }
}
