/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.events;

import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.catalog.triggers.TriggerProjection;
import dev.holdfast.events.HealthEvent;
import dev.holdfast.events.HealthEvent.ProbeObserved;
import dev.holdfast.events.HealthEvent.TriggersObserved;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** What monitors see. */
@ApplicationScoped
class HealthEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final TriggerProjection triggers;
  private final ChangeLog changes;

  HealthEventsConsumer(
      Deliveries deliveries, Inbox inbox, TriggerProjection triggers, ChangeLog changes) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.triggers = triggers;
    this.changes = changes;
  }

  @Incoming("health-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(
        record,
        HealthEvent.class,
        event ->
            switch (event.data()) {
              // What it means, the triggers say.
              case ProbeObserved _ -> Uni.createFrom().voidItem();
              case TriggersObserved e ->
                  inbox
                      .once(event, () -> triggers.observed(e))
                      .invoke(() -> changes.changed(Kind.TRIGGER, e.source().value()));
            });
  }
}
