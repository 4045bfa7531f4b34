/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.events;

import dev.holdfast.catalog.alerts.IncidentProjection;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.events.FailoverEvent;
import dev.holdfast.events.FailoverEvent.FailoverTriggered;
import dev.holdfast.events.FailoverEvent.TriggerCleared;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Triggers that fired and cleared. */
@ApplicationScoped
class FailoverEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final IncidentProjection incidents;
  private final ChangeLog changes;

  FailoverEventsConsumer(
      Deliveries deliveries, Inbox inbox, IncidentProjection incidents, ChangeLog changes) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.incidents = incidents;
    this.changes = changes;
  }

  @Incoming("failover-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        FailoverEvent.class,
        event ->
            switch (event.data()) {
              case FailoverTriggered e ->
                  inbox
                      .once(event, () -> incidents.triggered(e))
                      .invoke(() -> changes.changed(Kind.INCIDENT, e.incident()));
              case TriggerCleared e ->
                  inbox
                      .once(event, () -> incidents.cleared(e))
                      .invoke(() -> changes.changed(Kind.INCIDENT, e.incident()));
            });
  }
}
