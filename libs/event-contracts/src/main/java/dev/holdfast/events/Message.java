/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * An event or command: the JSON body of one Kafka message. Each record carries {@link MessageType}
 * with its wire name and topic. A published version never changes; a new shape is a new version.
 */
public sealed interface Message
    permits BackupCommand,
        BackupEvent,
        ScheduleCommand,
        ReplicationEvent,
        HealthEvent,
        FailoverEvent,
        RecoveryCommand,
        RecoveryEvent,
        AlertEvent,
        AuditEvent {

  /** The aggregate's id: the Kafka key, so that one aggregate's messages stay in order. */
  @JsonIgnore
  String key();
}
