/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.replication.events;

import dev.holdfast.events.BackupEvent;
import dev.holdfast.events.BackupEvent.ChainEvent;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.replication.copy.Copies;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Facts of chains; what exactly was added, the vault says. */
@ApplicationScoped
class BackupEventsConsumer {

  private final Deliveries deliveries;
  private final Copies copies;

  BackupEventsConsumer(Deliveries deliveries, Copies copies) {
    this.deliveries = deliveries;
    this.copies = copies;
  }

  @Incoming("backup-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        BackupEvent.class,
        event -> {
          if (event.data() instanceof ChainEvent fact) {
            copies.announced(fact.source());
          }
          return Uni.createFrom().voidItem();
        });
  }
}
