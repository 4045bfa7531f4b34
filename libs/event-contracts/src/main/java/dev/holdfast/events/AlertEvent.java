/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import java.time.Instant;

/** Something a person should know; keyed by subject. */
public sealed interface AlertEvent extends Message {

  /**
   * @param severity {@code critical}, {@code high}, {@code medium} or {@code info}
   * @param subject what it is about, such as {@code source/main} or {@code region/us-west-2}
   * @param action what the reader can do
   */
  @MessageType(value = "dev.holdfast.alert.raised.v1", topic = Topics.ALERTS)
  record AlertRaised(
      String alert, String severity, String subject, String title, String action, Instant at)
      implements AlertEvent {
    @Override
    public String key() {
      return subject;
    }
  }
}
