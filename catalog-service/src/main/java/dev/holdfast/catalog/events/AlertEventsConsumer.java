/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.events;

import dev.holdfast.catalog.alerts.AlertProjection;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.events.AlertEvent;
import dev.holdfast.events.AlertEvent.AlertRaised;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What people are told. */
@ApplicationScoped
class AlertEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final AlertProjection alerts;
  private final ChangeLog changes;

  AlertEventsConsumer(
      Deliveries deliveries, Inbox inbox, AlertProjection alerts, ChangeLog changes) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.alerts = alerts;
    this.changes = changes;
  }

  @Incoming("alerts")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        AlertEvent.class,
        event ->
            switch (event.data()) {
              case AlertRaised e ->
                  inbox
                      .once(event, () -> alerts.raised(event.id(), e))
                      .invoke(() -> changes.changed(Kind.ALERT, e.subject()));
            });
  }
}
