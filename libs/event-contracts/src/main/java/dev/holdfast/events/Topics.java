/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.events;

/** Kafka topics, one per aggregate, keyed by the aggregate's id. */
public final class Topics {

  public static final String BACKUP_COMMANDS = "dr.backup.commands.v1";
  public static final String SCHEDULE_COMMANDS = "dr.schedule.commands.v1";
  public static final String BACKUP_EVENTS = "dr.backup.events.v1";
  public static final String REPLICATION_EVENTS = "dr.replication.events.v1";
  public static final String HEALTH_EVENTS = "dr.health.events.v1";
  public static final String FAILOVER_EVENTS = "dr.failover.events.v1";
  public static final String RECOVERY_COMMANDS = "dr.recovery.commands.v1";
  public static final String RECOVERY_EVENTS = "dr.recovery.events.v1";
  public static final String ALERTS = "dr.alerts.v1";
  public static final String AUDIT = "dr.audit.v1";

  private Topics() {}

  /** Where {@code service} puts messages of {@code topic} that it cannot handle. */
  public static String deadLetters(String topic, String service) {
    return topic + "." + service + ".dlq";
  }
}
