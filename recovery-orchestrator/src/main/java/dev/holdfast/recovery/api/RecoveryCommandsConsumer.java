/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.events.RecoveryCommand;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What services and people ask for over Kafka. */
@ApplicationScoped
class RecoveryCommandsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final RecoveryRequests requests;

  RecoveryCommandsConsumer(Deliveries deliveries, Inbox inbox, RecoveryRequests requests) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.requests = requests;
  }

  @Incoming("recovery-commands")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        RecoveryCommand.class,
        event ->
            inbox
                .once(event, () -> requests.command(event.data(), event.correlation()))
                .invoke(() -> requests.committed(event.data())));
  }
}
