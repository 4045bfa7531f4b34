/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.recovery.api;

import dev.holdfast.events.FailoverEvent;
import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.FailoverEvent.TriggerCleared;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Triggers that fired. */
@ApplicationScoped
class FailoverEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final RecoveryRequests requests;

  FailoverEventsConsumer(Deliveries deliveries, Inbox inbox, RecoveryRequests requests) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.requests = requests;
  }

  @Incoming("failover-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        FailoverEvent.class,
        event ->
            inbox
                .once(
                    event,
                    () ->
                        switch (event.data()) {
                          case FailoverTriggered it -> requests.triggered(it, event.correlation());
                          // A run goes on: what it began has to be ended.
                          case TriggerCleared ignored -> Uni.createFrom().voidItem();
                        })
                .invoke(requests::wake));
  }
}
