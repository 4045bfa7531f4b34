/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import java.time.Instant;

/** Who did what; keyed by subject. */
public sealed interface AuditEvent extends Message {

  /**
   * @param actor person or service
   * @param operation such as {@code restore}, {@code backup-run}, {@code promote}
   * @param subject what it was done to, such as {@code source/main}
   * @param outcome {@code requested}, {@code completed} or {@code failed}
   */
  @MessageType(value = "dev.holdfast.audit.operation-recorded.v1", topic = Topics.AUDIT)
  record OperationRecorded(
      String actor, String operation, String subject, String outcome, String detail, Instant at)
      implements AuditEvent {
    @Override
    public String key() {
      return subject;
    }
  }
}
