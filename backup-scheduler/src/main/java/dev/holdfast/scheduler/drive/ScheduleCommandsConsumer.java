/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.events.ScheduleCommand;
import dev.holdfast.events.ScheduleCommand.NamePosition;
import dev.holdfast.events.ScheduleCommand.RunBackup;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What people and services ask for over Kafka. */
@ApplicationScoped
class ScheduleCommandsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final BackupRequests requests;

  ScheduleCommandsConsumer(Deliveries deliveries, Inbox inbox, BackupRequests requests) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.requests = requests;
  }

  @Incoming("schedule-commands")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        ScheduleCommand.class,
        event ->
            inbox.once(
                event,
                () ->
                    switch (event.data()) {
                      case RunBackup it -> requests.run(it);
                      case NamePosition it -> requests.name(it);
                    }));
  }
}
