/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.events;

import dev.holdfast.events.BackupCommand;
import dev.holdfast.events.BackupCommand.ApplyProtection;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.replication.copy.Copies;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What strategies say of locks; the other commands are for workers. */
@ApplicationScoped
class BackupCommandsConsumer {

  private final Deliveries deliveries;
  private final Copies copies;

  BackupCommandsConsumer(Deliveries deliveries, Copies copies) {
    this.deliveries = deliveries;
    this.copies = copies;
  }

  @Incoming("backup-commands")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        BackupCommand.class,
        event -> {
          if (event.data() instanceof ApplyProtection command) {
            copies.keepLocked(command.source(), command.strategy(), command.lockRetention());
          }
          return Uni.createFrom().voidItem();
        });
  }
}
