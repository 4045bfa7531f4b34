/*
 * Copyright the Holdfast authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.holdfast.catalog.events;

import dev.holdfast.catalog.chain.ChainKeeper;
import dev.holdfast.catalog.chain.ChainState;
import dev.holdfast.catalog.changes.Change.Kind;
import dev.holdfast.catalog.changes.ChangeLog;
import dev.holdfast.catalog.replicas.ReplicaProjection;
import dev.holdfast.events.ReplicationEvent;
import dev.holdfast.events.ReplicationEvent.CopyFailed;
import dev.holdfast.events.ReplicationEvent.ObjectHealed;
import dev.holdfast.events.ReplicationEvent.RegionVerified;
import dev.holdfast.messaging.CloudEvent;
import dev.holdfast.messaging.Deliveries;
import dev.holdfast.outbox.Inbox;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.eclipse.microprofile.reactive.messaging.Incoming;

/** Facts about copies in regions. */
@ApplicationScoped
class ReplicationEventsConsumer {

  private final Deliveries deliveries;
  private final Inbox inbox;
  private final ChainKeeper keeper;
  private final ChainState sources;
  private final ReplicaProjection replicas;
  private final ChangeLog changes;

  ReplicationEventsConsumer(
      Deliveries deliveries,
      Inbox inbox,
      ChainKeeper keeper,
      ChainState sources,
      ReplicaProjection replicas,
      ChangeLog changes) {
    this.deliveries = deliveries;
    this.inbox = inbox;
    this.keeper = keeper;
    this.sources = sources;
    this.replicas = replicas;
    this.changes = changes;
  }

  @Incoming("replication-events")
  Uni<Void> on(ConsumerRecord<String, byte[]> record) {
    return deliveries.handle(record, ReplicationEvent.class, this::on);
  }

  private Uni<Void> on(CloudEvent<ReplicationEvent> event) {
    return inbox
        .once(
            event,
            () ->
                sources
                    .know(event.data().source())
                    .chain(
                        () ->
                            switch (event.data()) {
                              case RegionVerified e -> replicas.verified(e);
                              case CopyFailed e -> replicas.failed(e);
                              case ObjectHealed e -> replicas.healed(e);
                            }))
        .invoke(
            () -> {
              changes.changed(Kind.REGION, event.data().source().value());
              // Verified is sealed as well: the announcement of it may have been lost.
              if (event.data() instanceof RegionVerified e) {
                keeper.announced(e.source(), e.throughManifest());
              }
            });
  }
}
