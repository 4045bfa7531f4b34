/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.scheduler.drive;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.BackupComponentFinished;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Answers of workers. */
@ApplicationScoped
class BackupEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final Backups backups;

  BackupEventsConsumer(Deliveries deliveries, Inbox inbox, Backups backups) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.backups = backups;
  }

  @Incoming("backup-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        BackupEvent.class,
        event ->
            event.data() instanceof BackupComponentFinished answer
                ? inbox.once(event, () -> backups.answered(answer))
                : Uni.createFrom().voidItem());
  }
}
